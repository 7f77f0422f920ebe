import type { ControlDatabase } from '@helpdeskly/catalog';
import { formerDatabaseName, movedDatabaseName, scratchDatabaseName, slotName } from '../tenant-databases/names.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';

/** The replication slots of tenants that move now. */
export async function slotsInUse({ client }: ControlDatabase): Promise<ReadonlySet<string>> {
  const moves = await client.tenantMove.findMany({ where: { finishedAt: null }, select: { tenantId: true } });
  return new Set(moves.map(({ tenantId }) => slotName(tenantId)));
}

/** The names of the databases beside tenants' own that verifications, copies, restores, moves and rehearsals need, which are not over. */
export async function scratchInUse({ client }: ControlDatabase, installation: string): Promise<ReadonlySet<string>> {
  const select = { id: true };
  const backups = await client.backup.findMany({ where: { verifyRequestedAt: { not: null } }, select });
  const copied = { status: { in: awaitsProvisioning.statuses }, copyOfId: { not: null } };
  const copies = await client.tenant.findMany({ where: copied, select });
  const restores = await client.tenantRestore.findMany({ where: { status: 'RUNNING' }, select: { tenantId: true } });
  const rehearsed = await client.rehearsedTenant.findMany({ where: { doneAt: null }, select });
  const moves = await client.tenantMove.findMany({ where: { finishedAt: null }, select: { tenantId: true } });
  const left = await client.tenantMove.findMany({ where: { formerDroppedAt: null }, select: { tenantId: true } });
  const replaced = restores.map(({ tenantId }) => tenantId);
  const ids = [...backups, ...copies, ...rehearsed]
    .map(({ id }) => id)
    .concat(
      replaced,
      moves.map(({ tenantId }) => tenantId),
    );
  return new Set([
    ...ids.map((id) => scratchDatabaseName(installation, id)),
    ...replaced.map(formerDatabaseName),
    ...left.map(({ tenantId }) => movedDatabaseName(tenantId)),
  ]);
}
