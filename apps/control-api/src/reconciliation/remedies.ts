import { ControlDatabase, Secrets, type ReconciliationFinding } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { Poolers } from '../pooler/poolers.js';
import { scratchMarker, warmMarker } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { dropSlot } from '../tenant-databases/change-slots.js';
import { dropTemplate } from '../tenant-databases/template-database.js';
import { clearStrayPrivileges } from '../tenant-databases/stray-privileges.js';
import {
  dropInvalidDatabase,
  dropTenantDatabase,
  markServed,
  settleDatabase,
} from '../tenant-databases/tenant-database.js';
import {
  dropRole,
  ensureTenantRole,
  grantDatabase,
  shutRole,
  settingsOfRole,
  stripTenantRole,
} from '../tenant-databases/tenant-role.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { endEarlierSessions } from '../tenant-databases/tenant-sessions.js';
import { scratchInUse, slotsInUse } from './scratch-in-use.js';

/** Raised when a database was used although its marker says that it was not: the reconciler leaves it alone. */
class SomebodyWasHere extends Error {
  constructor(database: string) {
    super(`${database} holds sessions or tickets: somebody has worked in it.`);
  }
}

/** Acts on findings on a server. Each action first checks the catalog again. */
@Injectable()
export class Remedies {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly poolers: Poolers,
    private readonly specs: TenantRoleSpecs,
  ) {}

  /** Returns whether there was still something to do. */
  async act(server: TenantServer, finding: ReconciliationFinding): Promise<boolean> {
    const { subject } = finding;
    const { installation } = this.specs;
    switch (finding.kind) {
      case 'orphan_warm_database':
        if (await this.control.client.warmDatabase.findUnique({ where: { name: subject } })) return false;
        await dropTenantDatabase(server.admin, subject, warmMarker(installation));
        return true;
      case 'orphan_scratch_database':
        if ((await scratchInUse(this.control, installation)).has(subject)) return false;
        await dropTenantDatabase(server.admin, subject, scratchMarker(installation));
        return true;
      case 'half_made_database':
        return this.dropHalfMade(server, finding);
      case 'invalid_database':
        if (await this.control.client.tenant.findUnique({ where: { databaseName: subject } })) return false;
        await dropInvalidDatabase(server.admin, subject);
        return true;
      case 'superseded_template':
        await dropTemplate(server.admin, subject);
        return true;
      case 'orphan_replication_slot':
        if ((await slotsInUse(this.control)).has(subject)) return false;
        return dropSlot(server, subject);
      case 'orphan_role':
      case 'unused_role':
        return this.dropUnused(server, finding);
      case 'lost_warm_database':
        return (
          (await this.control.client.warmDatabase.deleteMany({ where: { name: subject, state: 'READY' } })).count > 0
        );
      case 'missing_role':
      case 'role_settings':
        return this.settleRole(server, finding);
      case 'database_settings':
        await settleDatabase(server.admin, subject);
        await endEarlierSessions(server.admin, { database: subject });
        return true;
      case 'stray_privileges':
        await clearStrayPrivileges(server, subject);
        return true;
      case 'unmarked_database':
        if (finding.tenantId === null) return false;
        await markServed(server.admin, subject, this.specs.markerOf(finding.tenantId));
        return true;
      default:
        throw new Error(`there is no remedy for ${finding.kind}`);
    }
  }

  private async dropHalfMade(server: TenantServer, { subject, tenantId }: ReconciliationFinding): Promise<boolean> {
    if (tenantId === null || (await this.control.client.tenant.findUnique({ where: { databaseName: subject } })))
      return false;
    if (await hasBeenUsed(server, subject)) throw new SomebodyWasHere(subject);
    await dropTenantDatabase(server.admin, subject, this.specs.markerOf(tenantId));
    return true;
  }

  private async dropUnused(server: TenantServer, { subject }: ReconciliationFinding): Promise<boolean> {
    const owner = await this.control.client.tenant.findFirst({
      where: { OR: [{ roleName: subject }, { nextRoleName: subject }, { formerRoleName: subject }] },
      select: { id: true },
    });
    if (owner !== null) return false;
    await shutRole(server.admin, subject);
    await dropRole(server, subject, subject.slice(0, -2));
    await this.poolers.publishSoon();
    return true;
  }

  /**
   * Runs under the row's lock, so that a concurrent change of limits or of access comes before or after it. It ends sessions that began
   * with other settings than the role's: they would keep those settings as long as they live.
   */
  private async settleRole(
    { brief: admin }: TenantServer,
    { subject, tenantId }: ReconciliationFinding,
  ): Promise<boolean> {
    if (tenantId === null) return false;
    const before = await settingsOfRole(admin, subject);
    const settled = await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${tenantId}::uuid FOR UPDATE`;
      const tenant = await tx.tenant.findUnique({ where: { id: tenantId } });
      if (tenant === null || tenant.roleName !== subject || tenant.purgeStartedAt !== null) return false;
      const credential = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
      await ensureTenantRole(admin, { ...this.specs.of(tenant, credential), login: tenant.accessOpen });
      await stripTenantRole(admin, tenant.roleName);
      await grantDatabase(admin, tenant.databaseName, tenant.roleName);
      if (!tenant.accessOpen) for (const role of rolesOf(tenant)) await shutRole(admin, role);
      return true;
    });
    if (!settled) return false;
    const after = await settingsOfRole(admin, subject);
    if (before.join() !== after.join()) await endEarlierSessions(admin, { role: subject });
    await this.poolers.publishSoon();
    return true;
  }
}

/** Whether anybody has signed in there or written a ticket; a database without these tables was never finished. */
async function hasBeenUsed(server: TenantServer, database: string): Promise<boolean> {
  const { rows: found } = await server.admin.query<{ open: boolean }>(
    'SELECT datallowconn AS open FROM pg_database WHERE datname = $1',
    [database],
  );
  if (found[0]?.open !== true) return false;
  const client = await server.connect(database);
  try {
    await client.query(`SET ROLE ${ownerRole}`);
    for (const table of ['"Session"', '"Ticket"']) {
      const { rows } = await client.query<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [
        `public.${table}`,
      ]);
      if ((rows[0]?.name ?? null) === null) continue;
      if ((await client.query(`SELECT FROM public.${table} LIMIT 1`)).rowCount !== 0) return true;
    }
    return false;
  } finally {
    await client.end();
  }
}
