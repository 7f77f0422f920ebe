import { createApi } from '@helpdeskly/ui';
import type { components, paths } from '../generated/control-api.js';
import { authorized } from '../session/session.js';

export type Schemas = components['schemas'];
export type Tenant = Schemas['TenantDto'];
export type TenantStatus = Schemas['TenantStatus'];
export type MigrationRun = Schemas['MigrationRunDto'];
export type DatabaseServer = Schemas['DatabaseServerDto'];
export type Incident = Schemas['IncidentDto'];
export type Operator = Schemas['OperatorDto'];

/** The control API as the operator who is signed in. */
export const api = createApi<paths>(authorized);
export { everyPage, unwrap } from '@helpdeskly/ui';

/** The header that a change carries, so that it changes nothing but what the operator has seen. */
export const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
