import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

export const restoreSteps: Readonly<Record<Schemas['RestoreStep'], MessageDescriptor>> = {
  WRITING: msg`The tickets are written.`,
  FILLING: msg`A database is filled beside the present one.`,
  SWITCHING: msg`The filled database takes its place.`,
  ARCHIVING: msg`It serves. The former database is archived.`,
};
export const restoreLabels: Readonly<Record<Schemas['RestoreStatus'], MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};
export const restoreTones: Readonly<Record<Schemas['RestoreStatus'], Tone>> = {
  RUNNING: 'accent',
  DONE: 'good',
  FAILED: 'danger',
};
export const outcomeLabels: Readonly<Record<Schemas['TicketOutcome'], MessageDescriptor>> = {
  RESTORED: msg`Restored`,
  UNDELETED: msg`It was deleted, and is shown again`,
  EXISTS: msg`It is there, and stays as it is`,
  NOT_IN_BACKUP: msg`It is not in the backup`,
};
