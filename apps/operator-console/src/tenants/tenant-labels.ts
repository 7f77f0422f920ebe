import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { TenantStatus } from '../api/client.js';

export const statusLabels: Readonly<Record<TenantStatus, MessageDescriptor>> = {
  PROVISIONING: msg`Being made`,
  ACTIVE: msg`Active`,
  SUSPENDED: msg`Suspended`,
  INACTIVE: msg`Inactive`,
  DELETING: msg`Being deleted`,
  FAILED: msg`Failed`,
};

export const statusTones: Readonly<Record<TenantStatus, Tone>> = {
  PROVISIONING: 'accent',
  ACTIVE: 'good',
  SUSPENDED: 'warn',
  INACTIVE: 'neutral',
  DELETING: 'danger',
  FAILED: 'danger',
};
