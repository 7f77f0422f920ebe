import { appliedMigrations, migrate } from '@helpdeskly/migrator';
import { sqlState } from '@helpdeskly/database';
import { despiteContention } from '../tenant-databases/contention.js';
import { settleGrants } from '../tenant-databases/database-grants.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { ensureTenantDatabase, markServed } from '../tenant-databases/tenant-database.js';
import { limitTenantRole } from '../tenant-databases/tenant-role.js';
import { activateTenant } from './activation.js';
import type { NewTenant } from './new-tenant.js';
import type { ProvisioningRun } from './provisioning-run.js';

/** Checks what exists and creates what is missing: any step may run again, on another worker, after any crash. */
export type ProvisioningStep = (run: ProvisioningRun) => Promise<void>;

async function ensureRole(run: ProvisioningRun): Promise<void> {
  await run.roles.ensure(run.server, run.tenant);
}

async function ensureDatabase(run: ProvisioningRun): Promise<void> {
  const { tenant, server, template, marker } = run;
  const { warm } = run.source;
  const spec = { name: tenant.databaseName, roleName: tenant.roleName, marker };
  const source = (from: string) => ({
    template: from,
    claimWarm: () => warm.claim(tenant.id, server.id, from),
    warmMarker: warm.marker,
  });
  try {
    await ensureTenantDatabase(server.admin, spec, source((await template.get()).name));
  } catch (error) {
    if (sqlState(error) !== '3D000') throw error; // invalid_catalog_name: somebody dropped the template
    template.forget();
    await ensureTenantDatabase(server.admin, spec, source((await template.get()).name));
  }
  await warm.settle(tenant.id);
}

async function ensureMigrations(run: ProvisioningRun): Promise<void> {
  const database = await run.database.get();
  const { migrations } = await run.template.get();
  await migrate(database, migrations, {
    asRole: ownerRole,
    afterwards: { work: () => despiteContention(() => settleGrants(database)) },
  });
}

async function ensureAdmin(run: ProvisioningRun): Promise<void> {
  const { id, adminEmail, adminName, adminPasswordHash } = run.tenant;
  const database = await run.database.get();
  await database.query(`INSERT INTO "TenantIdentity" ("tenantId") VALUES ($1) ON CONFLICT ("id") DO NOTHING`, [id]);
  await database.query(
    `INSERT INTO "User" ("email", "emailKey", "name", "role", "status", "passwordHash")
     VALUES ($1, $2, $3, 'ADMIN', CASE WHEN $4::text IS NULL THEN 'INVITED' ELSE 'ACTIVE' END::"UserStatus", $4)
     ON CONFLICT ("emailKey") DO NOTHING`,
    [adminEmail, adminEmail.toLowerCase(), adminName, adminPasswordHash],
  );
}

/** Connects as app-api will: with the tenant's role and password, to its database, through the pooler if there is one. */
async function verify(run: ProvisioningRun): Promise<void> {
  const { tenant, server, roles } = run;
  const client = await server.connectAs(roles.credentialOf(tenant), tenant.databaseName);
  try {
    const { rows } = await client.query<{ tenantId: string; timezone: string; admins: number; owns: boolean }>(
      `SELECT "tenantId", current_setting('timezone') AS timezone,
              (SELECT count(*)::int FROM "User" WHERE "role" = 'ADMIN') AS admins,
              pg_has_role($1, 'MEMBER') OR has_schema_privilege('public', 'CREATE') AS owns
         FROM "TenantIdentity"`,
      [ownerRole],
    );
    const [found] = rows;
    if (found?.tenantId !== tenant.id)
      throw new Error(`The database ${tenant.databaseName} belongs to another tenant.`);
    if (found.timezone !== 'UTC')
      throw new Error(`The database ${tenant.databaseName} has the time zone ${found.timezone}.`);
    if (found.admins === 0) throw new Error(`The database ${tenant.databaseName} has no admin.`);
    if (found.owns) throw new Error(`The role ${tenant.roleName} may change the schema of ${tenant.databaseName}.`);
  } finally {
    await client.end();
  }
}

async function activate(run: ProvisioningRun): Promise<void> {
  const { tenant, server, control, marker } = run;
  await run.source.newest.assert((await run.template.get()).migrations);
  const schema = await appliedMigrations(await run.database.get());
  await markServed(server.admin, tenant.databaseName, marker); // First: after the next commit it belongs to a customer.
  await activateTenant(control, tenant, schema, (maxConnections) =>
    limitTenantRole(server.brief, tenant.roleName, maxConnections),
  );
}

const specOf = ({ tenant: { databaseName: name, roleName }, marker }: ProvisioningRun) => ({ name, roleName, marker });

/** Fills a database from an archive or another tenant's, beside: it is not the tenant's before all of it is right. */
async function fillDatabase(run: ProvisioningRun): Promise<void> {
  await run.source.copies.fill(run.server, run.tenant, specOf(run));
}

async function restoreFiles(run: ProvisioningRun): Promise<void> {
  await run.source.copies.restoreFiles(run.server, run.tenant, specOf(run));
}

async function adoptDatabase(run: ProvisioningRun): Promise<void> {
  await run.source.copies.adopt(run.server, run.tenant, specOf(run));
}

/** The steps of provisioning, in order; `provisioning.steps` shows the functions' names. */
const provisioning: readonly ProvisioningStep[] = [
  ensureRole,
  ensureDatabase,
  ensureMigrations,
  ensureAdmin,
  verify,
  activate,
];

/** Those of a tenant that is made of an archive or of another tenant; its migrations are looked at again, since newer ones may have come meanwhile. */
const copying: readonly ProvisioningStep[] = [
  ensureRole,
  fillDatabase,
  restoreFiles,
  adoptDatabase,
  ensureMigrations,
  verify,
  activate,
];

/** Those of an anonymized clone: its first admin is nobody of those whom it was made with. Another clone has the original's admins. */
const anonymizing = copying.flatMap((step) => (step === verify ? [ensureAdmin, verify] : [step]));

export function stepsOf({ copyKind }: Pick<NewTenant, 'copyKind'>): readonly ProvisioningStep[] {
  if (copyKind === null) return provisioning;
  return copyKind === 'ANONYMIZED' ? anonymizing : copying;
}

export const stepNames: readonly string[] = [...new Set([...provisioning, ...anonymizing].map(({ name }) => name))];
