import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

export type MoveStatus = Schemas['MoveStatus'];

export const moveLabels: Readonly<Record<MoveStatus, MessageDescriptor>> = {
  COPYING: msg`Copying`,
  CATCHING_UP: msg`Catching up`,
  SWITCHING: msg`Switching`,
  DONE: msg`Moved`,
  ROLLED_BACK: msg`Rolled back`,
  CANCELLED: msg`Cancelled`,
};
export const moveTones: Readonly<Record<MoveStatus, Tone>> = {
  COPYING: 'accent',
  CATCHING_UP: 'accent',
  SWITCHING: 'accent',
  DONE: 'good',
  ROLLED_BACK: 'danger',
  CANCELLED: 'neutral',
};
export const evacuationLabels: Readonly<Record<Schemas['EvacuationStatus'], MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};

/** Whether it changes by itself. */
export function isUnderWay({ status }: Pick<Schemas['MoveDto'], 'status'>): boolean {
  return status === 'COPYING' || status === 'CATCHING_UP' || status === 'SWITCHING';
}
