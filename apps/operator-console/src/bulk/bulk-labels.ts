import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

export type BulkAction = Schemas['BulkAction'];
type BulkRunStatus = Schemas['BulkRunStatus'];

export const actionLabels: Readonly<Record<Schemas['BulkRunAction'], MessageDescriptor>> = {
  suspend: msg`Suspend`,
  activate: msg`Activate`,
  rotate: msg`Rotate the credential`,
  setLimits: msg`Set limits`,
  import: msg`Import`,
};

/** What operators order by a filter; imports come as files. */
export const bulkActions: readonly BulkAction[] = ['suspend', 'activate', 'rotate', 'setLimits'];

export const bulkRunLabels: Readonly<Record<BulkRunStatus, MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
  CANCELLED: msg`Cancelled`,
};

export const bulkRunTones: Readonly<Record<BulkRunStatus, Tone>> = {
  RUNNING: 'accent',
  DONE: 'good',
  FAILED: 'danger',
  CANCELLED: 'neutral',
};
