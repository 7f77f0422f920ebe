import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { DatabaseServer } from '../api/client.js';

type ServerState = DatabaseServer['state'];

export const serverLabels: Readonly<Record<ServerState, MessageDescriptor>> = {
  ACTIVE: msg`Takes tenants`,
  DRAINING: msg`Takes no new tenants`,
  OFFLINE: msg`Offline`,
};

export const serverTones: Readonly<Record<ServerState, Tone>> = {
  ACTIVE: 'good',
  DRAINING: 'warn',
  OFFLINE: 'danger',
};
