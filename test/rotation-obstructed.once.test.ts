import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { asAdmin, connected, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';

let system: System;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem({
    pooled: false,
    control: { RECONCILIATION_INTERVAL: '0s', RECONCILIATION_MIN_AGE: '0s', ISOLATION_PROBE_INTERVAL: '0s' },
  });
  globex = await system.createTenant();
});
afterAll(() => system.close());

async function as({ id, databaseName, roleName }: TestTenant, statement: string): Promise<void> {
  const [row] = await system.installation.query<{ secret: string }>(
    'SELECT "roleSecret" AS "secret" FROM "Tenant" WHERE "id" = $1',
    [id],
  );
  const password = new Secrets(system.installation.controlConfig().encryptionKeys).open(row?.secret ?? '', id);
  await connected(urlOf(databaseName, { name: roleName, password }), (client) => client.query(statement));
}

const rolesOf = ({ databaseName }: TestTenant) =>
  asAdmin(async (admin) => {
    const { rows } = await admin.query<{ name: string }>(
      'SELECT rolname AS name FROM pg_roles WHERE rolname LIKE $1 ORDER BY 1',
      [`${databaseName}%`],
    );
    return rows.map(({ name }) => name);
  });

const rotate = async ({ id }: TestTenant) => (await system.operator.post(`/tenants/${id}/credentials/rotate`)).body;
const rotationOf = async ({ id }: TestTenant) => (await system.operator.get(`/tenants/${id}`)).body.credentialRotation;
const look = async (times: number) => {
  for (let time = 0; time < times; time++) await system.operator.post('/reconciliation/run');
};
const findingsOn = async (subject: string, state = 'open') =>
  (await system.operator.get(`/reconciliation?subject=${subject}&state=${state}`)).body.data;

/** What stands in `pg_default_acl` for anybody but the owner of the database. */
const strangeDefaults = ({ databaseName }: TestTenant) =>
  connected(urlOf(databaseName), async (admin) => {
    const { rows } = await admin.query(
      `SELECT defaclrole::regrole::text, defaclacl::text FROM pg_default_acl WHERE defaclrole <> 'helpdeskly_owner'::regrole`,
    );
    return rows;
  });

/** What a credential may do that names a role, its own or another one: who does it, and what. */
const obstacles: [string, (acme: TestTenant) => readonly [TestTenant, string]][] = [
  ['rights for everybody', (acme) => [acme, 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC']],
  [
    'fewer rights than by default',
    (acme) => [acme, 'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC'],
  ],
  [
    'rights in one schema for another tenant',
    (acme) => [acme, `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${globex.roleName}`],
  ],
  [
    'rights of the role that all tenants share',
    (acme) => [
      acme,
      `ALTER DEFAULT PRIVILEGES FOR ROLE helpdeskly_dml GRANT ALL ON TYPES TO ${acme.roleName} WITH GRANT OPTION`,
    ],
  ],
  [
    'rights that another tenant gives it',
    (acme) => [globex, `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${acme.roleName}`],
  ],
];

describe('a tenant’s credential that gives away rights by default', () => {
  it.each(obstacles)('does not keep its role from being rotated away: %s', async (_, obstacle) => {
    const acme = await system.createTenant();
    await as(...obstacle(acme));
    await rotate(acme);
    await until(async () => (await rotationOf(acme)) === null);
    expect(await rolesOf(acme)).toEqual([`${acme.databaseName}_b`]);
    expect((await acme.admin.get('/tickets')).status).toBe(200);
  });

  it.each(obstacles)('loses them when servers are compared: %s', async (_, obstacle) => {
    const acme = await system.createTenant();
    const [whose, statement] = obstacle(acme);
    await as(whose, statement);
    await look(1);
    expect(await findingsOn(whose.databaseName)).toMatchObject([
      {
        kind: 'stray_privileges',
        action: 'REPAIR',
        tenantId: whose.id,
        detail: expect.stringContaining('default privileges'),
      },
    ]);
    await look(1);
    expect((await findingsOn(whose.databaseName, 'resolved'))[0]).toMatchObject({
      resolution: 'REPAIRED',
      error: null,
    });
    expect(await strangeDefaults(whose)).toEqual([]);
    await look(1);
    expect(await findingsOn(whose.databaseName)).toEqual([]);
    expect((await whose.admin.get('/tickets')).status).toBe(200);
  });

  it('leaves the administrator no more rights than it had', async () => {
    const { rows } = await asAdmin((admin) =>
      admin.query(
        `SELECT m.roleid::regrole::text AS role FROM pg_auth_members m
          WHERE m.member = 'helpdeskly_admin'::regrole AND m.grantor = m.member AND m.roleid::regrole::text LIKE 't\\_%'`,
      ),
    );
    expect(rows).toEqual([]);
  });
});

describe('a rotation that somebody stands in the way of', () => {
  const foreign = `foreign_${Date.now()}`;
  afterAll(() => asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${foreign} WITH (FORCE)`)));

  it('says what it is, at each further order too, is a finding, and comes to its end once that is gone', async () => {
    const acme = await system.createTenant();
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${foreign}`));
    await connected(urlOf(foreign), (admin) =>
      admin.query(`CREATE TABLE theirs (); GRANT SELECT ON theirs TO ${acme.roleName}`),
    );
    expect((await rotate(acme)).credentialRotation).toMatchObject({ state: 'PREPARING', error: null });
    await until(async () => (await rotationOf(acme))?.error !== null);
    const stuck = {
      state: 'RETIRING',
      error: expect.stringMatching(/cannot be dropped because some objects depend on it/),
    };
    expect(await rotationOf(acme)).toMatchObject(stuck);
    const { status, body } = await system.operator.post(`/tenants/${acme.id}/credentials/rotate`);
    expect([status, body.credentialRotation]).toEqual([202, expect.objectContaining(stuck)]);
    await look(1);
    expect(await findingsOn(acme.roleName)).toMatchObject([
      {
        kind: 'stuck_rotation',
        action: 'REPORT',
        tenantId: acme.id,
        detail: expect.stringContaining('cannot be dropped'),
      },
    ]);
    await connected(urlOf(foreign), (admin) => admin.query('DROP TABLE theirs'));
    await until(async () => (await rotationOf(acme)) === null);
    await look(1);
    expect(await findingsOn(acme.roleName)).toEqual([]);
    expect(await rolesOf(acme)).toEqual([`${acme.databaseName}_b`]);
  });

  it('is a finding when it was not even tried for five minutes', async () => {
    const acme = await system.createTenant();
    await system.installation.query(
      `UPDATE "Tenant" SET "formerRoleName" = $2, "formerRoleSecret" = "roleSecret", "credentialsChangedAt" = now() + interval '1 hour',
              "rotationRequestedAt" = now() - interval '6 minutes' WHERE "id" = $1`,
      [acme.id, `${acme.databaseName}_b`],
    );
    await look(1);
    expect(await findingsOn(`${acme.databaseName}_b`)).toMatchObject([{ kind: 'stuck_rotation' }]);
  });
});
