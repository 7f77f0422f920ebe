import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../api/client.js';

export const deletedLabels: Readonly<Record<Schemas['DeletedThing'], MessageDescriptor>> = {
  DATABASE: msg`Its database`,
  LOGIN_ROLES: msg`Its roles at the database server`,
  FILES: msg`Its files`,
  SECRETS: msg`Its secrets and their key`,
  CATALOG_ROW: msg`Its entry in the catalog`,
};
