import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { Tone } from '@helpdeskly/ui';
import type { User } from '../api/client.js';

export const roleLabels: Readonly<Record<User['role'], MessageDescriptor>> = {
  ADMIN: msg`Admin`,
  AGENT: msg`Agent`,
  CUSTOMER: msg`Customer`,
};

export const userStatusLabels: Readonly<Record<User['status'], MessageDescriptor>> = {
  INVITED: msg`Invited`,
  ACTIVE: msg`Active`,
  DISABLED: msg`Disabled`,
};

export const userStatusTones: Readonly<Record<User['status'], Tone>> = {
  INVITED: 'warn',
  ACTIVE: 'good',
  DISABLED: 'neutral',
};

export const roles = Object.keys(roleLabels) as User['role'][];
export const userStatuses = Object.keys(userStatusLabels) as User['status'][];
