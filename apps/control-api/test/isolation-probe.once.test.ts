import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@helpdeskly/service';
import {
  asAdmin,
  connected,
  DatabaseProxy,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';

import { turnsAtOnce } from '../src/isolation/isolation-turns.js';
import { newSlug, tenantInput, wait } from './control-client.js';

let system: System;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem({ pooled: false, control: { ISOLATION_PROBE_INTERVAL: '0s' } });
});
afterAll(() => system.close());

/** What a tenant's credential may do to the sessions that begin by it, and what PostgreSQL then says. */
const harmful: [setting: string, reason: RegExp, place?: string][] = [
  [`local_preload_libraries = 'nonexist'`, /nonexist/],
  ['search_path = pg_catalog', /"TenantIdentity" does not exist/],
  ['default_transaction_read_only = on', /read-only transaction/],
  ['statement_timeout = 1', /statement timeout/],
  ['transaction_timeout = 1', /transaction timeout/, ' in its database'],
];
const where = (place: string) => (place === '' ? '' : ` IN DATABASE ${globex.databaseName}`);

/** When each tenant was tried last, and when that came to a verdict. */
async function turns(): Promise<Record<string, { attemptedAt: number; triedAt: number }>> {
  const rows = await system.installation.query<{ tenantId: string; attemptedAt: Date; triedAt: Date }>(
    'SELECT "tenantId", "attemptedAt", "triedAt" FROM "IsolationTurn"',
  );
  return Object.fromEntries(
    rows.map(({ tenantId, attemptedAt, triedAt }) => [
      tenantId,
      { attemptedAt: attemptedAt.getTime(), triedAt: triedAt.getTime() },
    ]),
  );
}

const probe = async () => (await system.operator.post('/isolation/run')).body;
const found = ({ breaches }: Record<string, any>) =>
  breaches.map((one: Record<string, any>) => [one['tenantSlug'], one['attempt'], one['target']]).sort();

describe('the isolation probe', () => {
  it('has nothing to say before it has looked', async () => {
    expect((await system.operator.get('/isolation')).body).toMatchObject({
      status: 'UNKNOWN',
      open: 0,
      breaches: [],
      checks: [{ server: 'default', checkedAt: null, tenants: 0, attempts: 0, error: null }],
    });
  });

  it('finds tenants kept apart, having tried with each of them', async () => {
    [acme, globex] = [await system.createTenant(), await system.createTenant()];
    const report = await probe();
    expect(report).toMatchObject({ status: 'ISOLATED', open: 0, breaches: [] });
    expect(report.checks).toMatchObject([{ server: 'default', tenants: 2, error: null }]);
    expect(report.checks[0].attempts).toBeGreaterThan(40);
  });

  it.each<[string, () => string, () => string, () => [string, string], boolean]>([
    [
      'a database that is open to everybody',
      () => `GRANT CONNECT ON DATABASE ${globex.databaseName} TO PUBLIC`,
      () => `REVOKE CONNECT ON DATABASE ${globex.databaseName} FROM PUBLIC`,
      () => ['connect', globex.databaseName],
      false,
    ],
    [
      'a control database that the role may enter',
      () => `GRANT CONNECT ON DATABASE ${system.installation.database} TO ${acme.roleName}`,
      () => `REVOKE CONNECT ON DATABASE ${system.installation.database} FROM ${acme.roleName}`,
      () => ['connect', system.installation.database],
      false,
    ],
    [
      'a role that may make databases',
      () => `ALTER ROLE ${acme.roleName} CREATEDB`,
      () => `ALTER ROLE ${acme.roleName} NOCREATEDB`,
      () => ['hold_attributes', acme.roleName],
      false,
    ],
    [
      'a role that reads everything',
      () => `GRANT pg_read_all_data TO ${acme.roleName} WITH SET FALSE`,
      () => `REVOKE pg_read_all_data FROM ${acme.roleName}`,
      () => ['hold_memberships', 'pg_read_all_data'],
      false,
    ],
    [
      'a role that can become another tenant’s',
      () => `GRANT ${globex.roleName} TO ${acme.roleName}`,
      () => `REVOKE ${globex.roleName} FROM ${acme.roleName}`,
      () => ['become', globex.roleName],
      false,
    ],
    [
      'a schema that takes new tables',
      () => 'GRANT CREATE ON SCHEMA public TO helpdeskly_dml',
      () => 'REVOKE CREATE ON SCHEMA public FROM helpdeskly_dml',
      () => ['create_table', acme.databaseName],
      true,
    ],
    [
      'temporary tables',
      () => `GRANT TEMPORARY ON DATABASE ${acme.databaseName} TO ${acme.roleName}`,
      () => `REVOKE TEMPORARY ON DATABASE ${acme.databaseName} FROM ${acme.roleName}`,
      () => ['create_temporary_table', acme.databaseName],
      false,
    ],
    [
      'an event log that can be erased',
      () => 'GRANT DELETE ON "TicketEvent" TO helpdeskly_dml',
      () => 'REVOKE DELETE ON "TicketEvent" FROM helpdeskly_dml',
      () => ['erase_events', acme.databaseName],
      true,
    ],
  ])('finds %s, and that it was mended', async (_, loosen, mend, breach, inDatabase) => {
    const url = urlOf(inDatabase ? acme.databaseName : 'postgres');
    await connected(url, (admin) => admin.query(loosen()));
    try {
      const report = await probe();
      expect(report.status).toBe('BREACHED');
      expect(found(report)).toContainEqual([acme.slug, ...breach()]);
      expect(found((await system.operator.get('/isolation')).body)).toEqual(found(report));
    } finally {
      await connected(url, (admin) => admin.query(mend()));
    }
    expect(await probe()).toMatchObject({ status: 'ISOLATED', open: 0 });
  });

  it('leaves nothing behind of what it could do', async () => {
    const admin = urlOf(acme.databaseName);
    await connected(admin, (client) => client.query('GRANT CREATE ON SCHEMA public TO helpdeskly_dml'));
    await probe();
    await connected(admin, (client) => client.query('REVOKE CREATE ON SCHEMA public FROM helpdeskly_dml'));
    const { rows } = await connected(admin, (client) =>
      client.query(`SELECT FROM pg_class WHERE relname = 'isolation_probe'`),
    );
    expect(rows).toEqual([]);
    expect((await probe()).status).toBe('ISOLATED');
  });

  it('shows in the metrics how many breaches stand', async () => {
    const { registry } = system.controlApp.get<{ registry: { metrics(): Promise<string> } }>(Metrics);
    await asAdmin((admin) => admin.query(`ALTER ROLE ${acme.roleName} CREATEROLE`));
    await probe();
    try {
      // What was looked at lately is shown again: two of the role's attempts are breaches now.
      await until(async () => /^helpdeskly_isolation_breaches [1-9]/m.test(await registry.metrics()));
    } finally {
      await asAdmin((admin) => admin.query(`ALTER ROLE ${acme.roleName} NOCREATEROLE`));
      await probe();
    }
  });

  it('finds what a role may that has one connection', async () => {
    const { body: small } = await system.operator.post('/tenants', tenantInput(newSlug()), wait);
    const role = `${small.databaseName}_a`;
    await asAdmin((admin) =>
      admin.query(`ALTER ROLE ${role} CONNECTION LIMIT 1; GRANT pg_read_all_data TO ${role} WITH SET FALSE`),
    );
    const open = await probe();
    await asAdmin((admin) => admin.query(`REVOKE pg_read_all_data FROM ${role}`));
    const shut = await probe();
    await system.operator.delete(`/tenants/${small.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${small.id}`)).status === 404);
    expect(open.status).toBe('BREACHED');
    expect(found(open)).toContainEqual([small.slug, 'hold_memberships', 'pg_read_all_data']);
    expect(shut).toMatchObject({ status: 'ISOLATED', open: 0 });
  });

  it.each<[string, () => string, () => string, RegExp]>([
    [
      'may not log in',
      () => `ALTER ROLE ${globex.roleName} NOLOGIN`,
      () => `ALTER ROLE ${globex.roleName} LOGIN`,
      /not permitted to log in/,
    ],
    [
      'does not take its password any more',
      () => `CREATE TABLE kept AS SELECT rolpassword FROM pg_authid WHERE rolname = '${globex.roleName}';
             ALTER ROLE ${globex.roleName} PASSWORD 'mine'`,
      () => `DO $$ BEGIN EXECUTE format('ALTER ROLE ${globex.roleName} PASSWORD %L', (SELECT rolpassword FROM kept)); END $$;
             DROP TABLE kept`,
      /password authentication failed/,
    ],
    [
      'may not connect to its database',
      () => `REVOKE CONNECT ON DATABASE ${globex.databaseName} FROM ${globex.roleName}`,
      () => `GRANT CONNECT ON DATABASE ${globex.databaseName} TO ${globex.roleName}`,
      /permission denied for database/,
    ],
    ...harmful.map(([setting, reason, place = '']): [string, () => string, () => string, RegExp] => [
      `has been given ${setting}${place}`,
      () => `ALTER ROLE ${globex.roleName}${where(place)} SET ${setting}`,
      () => `ALTER ROLE ${globex.roleName}${where(place)} RESET ${setting.split(' ')[0]}`,
      reason,
    ]),
  ])('says that a tenant is locked out whose role %s', async (_, lock, mend, reason) => {
    await asAdmin((admin) => admin.query(lock()));
    const first = await probe();
    const again = await probe();
    await asAdmin((admin) => admin.query(mend()));
    const lockedOut = [{ tenantId: globex.id, tenantSlug: globex.slug, reason: expect.stringMatching(reason) }];
    expect(first).toMatchObject({ status: 'LOCKED_OUT', open: 0, lockedOut, checks: [{ tenants: 1, error: null }] });
    expect(again.lockedOut[0].since).toBe(first.lockedOut[0].since);
    expect(await probe()).toMatchObject({ status: 'ISOLATED', lockedOut: [] });
  });

  it('says nothing of a tenant that is shut on purpose', async () => {
    await system.operator.post(`/tenants/${globex.slug}/suspend`, {});
    const report = await probe();
    await system.operator.post(`/tenants/${globex.slug}/activate`, {});
    expect(report).toMatchObject({ status: 'ISOLATED', lockedOut: [], checks: [{ tenants: 1, error: null }] });
  });

  it('shows in the metrics how many tenants are locked out', async () => {
    const { registry } = system.controlApp.get<{ registry: { metrics(): Promise<string> } }>(Metrics);
    await asAdmin((admin) => admin.query(`ALTER ROLE ${globex.roleName} NOLOGIN`));
    await probe();
    try {
      await until(async () => /^helpdeskly_tenant_roles_locked_out 1$/m.test(await registry.metrics()));
    } finally {
      await asAdmin((admin) => admin.query(`ALTER ROLE ${globex.roleName} LOGIN`));
      await probe();
    }
  });

  it('calls nobody kept apart who has had no turn for an hour', async () => {
    await system.installation.query(
      `UPDATE "Tenant" SET "activatedAt" = "activatedAt" - interval '2 hours' WHERE "id" = $1`,
      [globex.id],
    );
    await system.installation.query(
      `UPDATE "IsolationTurn" SET "triedAt" = "triedAt" - interval '61 minutes' WHERE "tenantId" = $1`,
      [globex.id],
    );
    expect((await system.operator.get('/isolation')).body).toMatchObject({ status: 'UNKNOWN', overdue: 1 });
    expect(await probe()).toMatchObject({ status: 'ISOLATED', overdue: 0 });
  });

  it('says so when it could neither be allowed nor refused', async () => {
    const broken = 'ALTER TABLE "TicketEvent" RENAME TO "TicketEvents"';
    const mended = 'ALTER TABLE "TicketEvents" RENAME TO "TicketEvent"';
    await connected(urlOf(acme.databaseName), (admin) => admin.query(broken));
    const report = await probe();
    await connected(urlOf(acme.databaseName), (admin) => admin.query(mended));
    expect(report).toMatchObject({
      status: 'UNKNOWN',
      checks: [
        { tenants: 1, error: expect.stringMatching(/: erase_events was neither allowed nor refused: relation/) },
      ],
    });
    expect((await probe()).status).toBe('ISOLATED');
  });

  it('names each tenant that came to no verdict, and goes on to others first the next time', async () => {
    const broken = 'ALTER TABLE "TicketEvent" RENAME TO "TicketEvents"';
    const mended = 'ALTER TABLE "TicketEvents" RENAME TO "TicketEvent"';
    for (const { databaseName } of [acme, globex]) await connected(urlOf(databaseName), (admin) => admin.query(broken));
    const before = await turns();
    const report = await probe();
    const after = await turns();
    for (const { databaseName } of [acme, globex]) await connected(urlOf(databaseName), (admin) => admin.query(mended));
    const reason = expect.stringMatching(/^erase_events was neither allowed nor refused: relation/);
    expect(report.undecided.map((one: Record<string, unknown>) => [one['tenantSlug'], one['reason']]).sort()).toEqual(
      [acme, globex].map(({ slug }) => [slug, reason]).sort(),
    );
    expect(report.checks[0].error).toMatch(/ \(and 1 more\)$/);
    for (const [tenant, { attemptedAt, triedAt }] of Object.entries(after)) {
      expect(attemptedAt).toBeGreaterThan(before[tenant]?.attemptedAt ?? 0);
      expect(triedAt).toBe(before[tenant]?.triedAt); // Nothing was proved.
    }
    expect(await probe()).toMatchObject({ status: 'ISOLATED', undecided: [] });
  });

  it('counts nobody as tried who had no room for another session', async () => {
    const { rows } = await asAdmin((admin) =>
      admin.query('SELECT rolconnlimit AS most FROM pg_roles WHERE rolname = $1', [globex.roleName]),
    );
    await asAdmin((admin) => admin.query(`ALTER ROLE ${globex.roleName} CONNECTION LIMIT 0`));
    const before = await turns();
    const report = await probe();
    const after = await turns();
    await asAdmin((admin) => admin.query(`ALTER ROLE ${globex.roleName} CONNECTION LIMIT ${rows[0].most}`));
    expect(report).toMatchObject({ lockedOut: [], undecided: [], checks: [{ tenants: 1 }] });
    expect(after[globex.id]?.triedAt).toBe(before[globex.id]?.triedAt);
    expect(after[globex.id]?.attemptedAt).toBeGreaterThan(before[globex.id]?.attemptedAt ?? 0);
  });

  it('says that a tenant is locked out whose server leaves it without an answer, and turns to the others the next time', async () => {
    const before = await turns();
    await connected(urlOf(acme.databaseName), async (admin) => {
      await admin.query('BEGIN; LOCK TABLE "TenantIdentity"');
      const first = await probe();
      const second = await probe();
      expect(second.lockedOut).toMatchObject([
        { tenantSlug: acme.slug, reason: expect.stringMatching(/did not answer/) },
      ]);
      const left = [first, second].map(({ checks }) => checks[0].notTried);
      expect(left.every((count) => count <= 1)).toBe(true);
      await admin.query('ROLLBACK');
    });
    expect((await turns())[globex.id]?.triedAt).toBeGreaterThan(before[globex.id]?.triedAt ?? Infinity);
    expect(await probe()).toMatchObject({ status: 'ISOLATED', lockedOut: [] });
  });

  it('is for operators, and a VIEWER only reads', async () => {
    const { body } = await system.operator.post('/api-keys', { name: 'reads', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${body.key}` });
    expect((await viewer.get('/isolation')).status).toBe(200);
    expect((await viewer.post('/isolation/run')).status).toBe(403);
    expect((await acme.admin.get('/isolation')).status).toBe(404);
    expect((await system.operator.post('/isolation/run', { all: true })).status).toBe(400);
  });
});

it.each([
  ['a few tenants are tried at every look', 3, 300_000, 5],
  ['a full server has had all its turns in three quarters of an hour', 2000, 300_000, 223],
  ['a probe that looks once an hour tries everybody', 2000, 3_600_000, 2000],
  ['a probe that looks when it is asked to tries everybody', 2000, 0, 2000],
])('%s', (_, tenants, intervalMs, turns) => {
  expect(turnsAtOnce(tenants, intervalMs)).toBe(turns);
});

it('runs by itself', async () => {
  const other = await startSystem({ pooled: false, control: { ISOLATION_PROBE_INTERVAL: '1s' } });
  try {
    await until(async () => (await other.operator.get('/isolation')).body.status === 'ISOLATED');
  } finally {
    await other.close();
  }
});

it('leaves a server alone that answers nobody, and says how many tenants have had no turn', async () => {
  const proxy = await DatabaseProxy.start(urlOf('postgres'));
  const other = await startSystem({
    pooled: false,
    control: { ISOLATION_PROBE_INTERVAL: '0s', TENANT_SERVER_ADMIN_URL: proxy.through(urlOf('postgres')) },
  });
  try {
    for (let tenant = 0; tenant < 3; tenant++) await other.createTenant();
    const look = async () => (await other.operator.post('/isolation/run')).body;
    expect(await look()).toMatchObject({ status: 'ISOLATED', checks: [{ tenants: 3, notTried: 0 }] });
    proxy.treat('ignore');
    const hung = await look();
    proxy.treat('pass');
    expect(hung).toMatchObject({ status: 'UNKNOWN', lockedOut: [], undecided: [], checks: [{ notTried: 3 }] });
    expect(hung.checks[0].error).toBe('the database server cannot be reached');
  } finally {
    await other.close();
    await proxy.close();
  }
});
