import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { MigrationRun } from '../api/client.js';

export type RunStatus = MigrationRun['status'];

export const runLabels: Readonly<Record<RunStatus, MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  SOAKING: msg`Soaks`,
  PAUSED: msg`Paused`,
  SUCCEEDED: msg`Succeeded`,
  FAILED: msg`Failed`,
  HALTED: msg`Halted`,
  CANCELLED: msg`Cancelled`,
};

export const runTones: Readonly<Record<RunStatus, Tone>> = {
  RUNNING: 'accent',
  SOAKING: 'accent',
  PAUSED: 'warn',
  SUCCEEDED: 'good',
  FAILED: 'danger',
  HALTED: 'danger',
  CANCELLED: 'neutral',
};

export type RunOrder = 'pause' | 'resume' | 'advance' | 'cancel' | 'retry';

/** The orders that the API takes in each status. */
export const ordersIn: Readonly<Record<RunStatus, readonly RunOrder[]>> = {
  RUNNING: ['pause', 'cancel'],
  SOAKING: ['advance', 'pause', 'cancel'],
  PAUSED: ['resume', 'cancel'],
  SUCCEEDED: [],
  FAILED: ['retry'],
  HALTED: ['retry'],
  CANCELLED: ['retry'],
};

/** Whether a run has not ended: it goes on by itself, or waits for an order. */
export const isUnended = (status: RunStatus): boolean => ['RUNNING', 'SOAKING', 'PAUSED'].includes(status);
