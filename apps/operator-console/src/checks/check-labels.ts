import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

type IsolationStatus = Schemas['IsolationDto']['status'];
type ReconciliationStatus = Schemas['ReconciliationDto']['status'];

export const isolationLabels: Readonly<Record<IsolationStatus, readonly [Tone, MessageDescriptor]>> = {
  ISOLATED: ['good', msg`Isolated`],
  BREACHED: ['danger', msg`Breached`],
  LOCKED_OUT: ['danger', msg`Tenants are locked out`],
  UNKNOWN: ['warn', msg`Unknown`],
};

export const reconciliationLabels: Readonly<Record<ReconciliationStatus, readonly [Tone, MessageDescriptor]>> = {
  CLEAN: ['good', msg`As the catalog says`],
  FINDINGS: ['warn', msg`There are differences`],
  UNKNOWN: ['warn', msg`Unknown`],
};

export const remedyLabels: Readonly<Record<Schemas['FindingAction'], MessageDescriptor>> = {
  REMOVE: msg`Removed by itself`,
  REPAIR: msg`Repaired by itself`,
  REPORT: msg`Left to you`,
};

export const resolutionLabels: Readonly<Record<Schemas['FindingResolution'], MessageDescriptor>> = {
  REMOVED: msg`Removed`,
  REPAIRED: msg`Repaired`,
  VANISHED: msg`Gone by itself`,
};
