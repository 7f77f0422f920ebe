import type { ControlDatabase } from '@helpdeskly/catalog';
import { formerDatabaseName, scratchDatabaseName } from '../tenant-databases/names.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';

/** The names of the databases beside tenants' own that verifications, copies, restores and rehearsals need, which are not over. */
export async function scratchInUse({ client }: ControlDatabase, installation: string): Promise<ReadonlySet<string>> {
  const select = { id: true };
  const backups = await client.backup.findMany({ where: { verifyRequestedAt: { not: null } }, select });
  const copied = { status: { in: awaitsProvisioning.statuses }, copyOfId: { not: null } };
  const copies = await client.tenant.findMany({ where: copied, select });
  const restores = await client.tenantRestore.findMany({ where: { status: 'RUNNING' }, select: { tenantId: true } });
  const rehearsed = await client.rehearsedTenant.findMany({ where: { doneAt: null }, select });
  const replaced = restores.map(({ tenantId }) => tenantId);
  const ids = [...backups, ...copies, ...rehearsed].map(({ id }) => id).concat(replaced);
  return new Set([...ids.map((id) => scratchDatabaseName(installation, id)), ...replaced.map(formerDatabaseName)]);
}
