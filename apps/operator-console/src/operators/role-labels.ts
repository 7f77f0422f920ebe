import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Operator } from '../api/client.js';

export const roleLabels: Readonly<Record<Operator['role'], MessageDescriptor>> = {
  VIEWER: msg`Viewer: reads`,
  OPERATOR: msg`Operator: changes`,
  OWNER: msg`Owner: also operators and keys`,
};

export const roles = Object.keys(roleLabels) as Operator['role'][];
