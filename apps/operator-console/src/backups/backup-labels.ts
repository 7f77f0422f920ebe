import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

type Status = Schemas['BackupStatus'];

export const backupLabels: Readonly<Record<Status, MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};
export const backupTones: Readonly<Record<Status, Tone>> = { RUNNING: 'accent', DONE: 'good', FAILED: 'danger' };
