import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { asAdmin, connected, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';

/** What a tenant's credential may give its own role, and what each would do to a session that began with it. */
const harmful = [
  `datestyle = 'German, DMY'`,
  `timezone = 'Asia/Kathmandu'`,
  `standard_conforming_strings = off`,
  `intervalstyle = sql_standard`,
  `bytea_output = escape`,
  `extra_float_digits = -15`,
  `array_nulls = off`,
  `transform_null_equals = on`,
  `search_path = pg_catalog`,
  `statement_timeout = 1`,
  `lock_timeout = 1`,
  `transaction_timeout = 1`,
  `idle_session_timeout = 1`,
  `idle_in_transaction_session_timeout = 1`,
  `default_transaction_read_only = on`,
  `default_transaction_isolation = serializable`,
  `default_transaction_deferrable = on`,
  `synchronous_commit = off`,
  `gin_fuzzy_search_limit = 1`,
  `restrict_nonsystem_relation_kind = 'view'`,
  `local_preload_libraries = 'nonexist'`,
];

const byHand = {
  RECONCILIATION_INTERVAL: '0s',
  RECONCILIATION_MIN_AGE: '0s',
  ISOLATION_PROBE_INTERVAL: '0s',
  SESSION_WATCH_INTERVAL: '0s',
};

describe.each([
  ['directly', false],
  ['through PgBouncer', true],
])('app-api that connects %s', (_, pooled) => {
  let system: System;
  let tenant: TestTenant;

  beforeAll(async () => {
    system = await startSystem({ pooled, control: byHand });
    tenant = await system.createTenant();
  });
  afterAll(() => system.close());

  async function asTenant(statement: string): Promise<void> {
    const [row] = await system.installation.query<{ secret: string }>(
      'SELECT "roleSecret" AS "secret" FROM "Tenant" WHERE "id" = $1',
      [tenant.id],
    );
    const secrets = new Secrets(system.installation.controlConfig().encryptionKeys);
    const role = { name: tenant.roleName, password: secrets.open(row?.secret ?? '', tenant.id) };
    await connected(urlOf(tenant.databaseName, role), (client) => client.query(statement));
  }

  const restore = () =>
    asAdmin((admin) =>
      admin.query(
        `ALTER ROLE ${tenant.roleName} RESET ALL; ALTER ROLE ${tenant.roleName} SET statement_timeout = 10000;
         ALTER ROLE ${tenant.roleName} SET temp_file_limit = '1GB'`,
      ),
    );

  /** app-api's next request opens a session. */
  const endSessions = () =>
    asAdmin((admin) =>
      admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [tenant.roleName]),
    );

  const sessions = () =>
    asAdmin(async (admin) => {
      const { rows } = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE usename = $1', [
        tenant.roleName,
      ]);
      return rows.map(({ pid }) => pid);
    });

  const login = () =>
    tenant.visitor.post('/auth/login', { email: tenant.admin.email, password: 'a password of many words' });
  const served = async () => {
    const answers = [
      await login(),
      await tenant.admin.post('/tickets', { title: 'Written', description: 'whatever the role is set to' }),
      await tenant.admin.get('/tickets?q=whatever'),
    ];
    return answers.map(({ status }) => status);
  };

  if (!pooled)
    it.each(harmful)('serves on whatever its role was set to: %s', async (setting) => {
      await asTenant(`ALTER ROLE CURRENT_USER SET ${setting}`);
      try {
        await endSessions();
        await until(async () => (await tenant.admin.get('/tickets')).status === 200);
        expect(await served()).toEqual([200, 201, 200]);
      } finally {
        await restore();
      }
    });
  else
    it.each([`datestyle = 'German, DMY'`, `timezone = 'Asia/Kathmandu'`, `standard_conforming_strings = off`])(
      'serves on whatever its role was set to, where PgBouncer carries that: %s',
      async (setting) => {
        await asTenant(`ALTER ROLE CURRENT_USER SET ${setting}`);
        try {
          await endSessions();
          await until(async () => (await tenant.admin.get('/tickets')).status === 200);
          expect(await served()).toEqual([200, 201, 200]);
        } finally {
          await restore();
        }
      },
    );

  it.each([
    ['a role', () => asTenant('ALTER ROLE CURRENT_USER SET default_transaction_read_only = ON')],
    [
      'a role in one database',
      () =>
        asTenant(`ALTER ROLE CURRENT_USER IN DATABASE ${tenant.databaseName} SET default_transaction_read_only = ON`),
    ],
    [
      'a database',
      () =>
        asAdmin(async (admin) => {
          await admin.query(`ALTER DATABASE ${tenant.databaseName} SET default_transaction_read_only = ON`);
        }),
    ],
  ])('keeps no session that began before the settings of %s were mended', async (_, loosen) => {
    await loosen();
    await endSessions();
    await until(async () => (await tenant.admin.get('/tickets')).status !== 503);
    const former = await sessions();
    expect(former.length).toBeGreaterThan(0);
    for (let look = 0; look < 2; look++) await system.operator.post('/reconciliation/run');
    await until(async () => !(await sessions()).some((pid) => former.includes(pid)));
    await until(async () => (await login()).status === 200);
    expect(await served()).toEqual([200, 201, 200]);
    for (let look = 0; look < 2; look++) await system.operator.post('/reconciliation/run');
    expect((await system.operator.get('/reconciliation')).body.status).toBe('CLEAN');
  });

  it('leaves sessions alone when something else than settings was mended', async () => {
    await tenant.admin.get('/tickets');
    const former = await sessions();
    await asAdmin((admin) => admin.query(`ALTER ROLE ${tenant.roleName} CONNECTION LIMIT 7`));
    for (let look = 0; look < 2; look++) await system.operator.post('/reconciliation/run');
    const { rows } = await asAdmin((admin) =>
      admin.query('SELECT rolconnlimit FROM pg_roles WHERE rolname = $1', [tenant.roleName]),
    );
    expect(rows).toEqual([{ rolconnlimit: 20 }]);
    expect(await sessions()).toEqual(expect.arrayContaining(former));
  });

  it('answers no 500 when the sessions that it keeps are ended, idle or at work', async () => {
    const statuses = new Set<number>();
    const note = async (asked: Promise<{ status: number }>) => statuses.add((await asked).status);
    for (let round = 0; round < 5; round++) {
      await Promise.all([1, 2, 3].map(() => tenant.admin.get('/tickets')));
      const under = [1, 2, 3, 4].map(() => note(tenant.admin.get('/tickets')));
      await endSessions();
      await Promise.all([...under, ...[1, 2, 3].map(() => note(tenant.admin.get('/tickets')))]);
      await until(async () => (await tenant.admin.get('/tickets')).status === 200);
    }
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  });
});
