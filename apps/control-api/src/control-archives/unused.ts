import type { ClientBase } from 'pg';
import { ControlDatabaseInUse } from './errors.js';

/** Where whatever is done in an installation leaves a row, and what that is. */
const traces = [
  ['"public"."Tenant"', 'tenants'],
  ['"public"."TenantTombstone"', 'tenants that were purged'],
  ['"public"."DatabaseServer"', 'database servers'],
  ['"public"."Operator"', 'operators'],
  ['"audit"."AuditEvent"', 'events in its audit trail'],
] as const;

/** Throws ControlDatabaseInUse if the tables hold more than migrations have put there. */
export async function assertUnused(client: ClientBase): Promise<void> {
  for (const [table, what] of traces) {
    const { rows } = await client.query<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [table]);
    if ((rows[0]?.name ?? null) === null) continue;
    const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    if (rowCount !== 0) throw new ControlDatabaseInUse(what);
  }
}
