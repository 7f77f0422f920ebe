import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, connected, Installation, urlOf, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let acme: { id: string; slug: string; databaseName: string };
let globex: typeof acme;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig({ RECONCILIATION_INTERVAL: '0s' }));
  owner = await api.asOwner();
  [acme, globex] = [await create(newSlug('acme')), await create(newSlug('globex'))];
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

async function create(slug: string) {
  const { status, body } = await owner.post('/tenants', tenantInput(slug), wait);
  expect(status).toBe(201);
  return body;
}

const ask = (sql: string, more: object = {}) =>
  owner.post('/fleet-queries', { sql, tenants: [globex.slug, acme.id], ...more });
const errorsIn = ({ body }: { body: any }) => body.tenants.map(({ error }: any) => error?.code);

describe('a fleet query', () => {
  it('answers rows with the tenant’s slug, and how many tenants answered', async () => {
    const { status, body } = await ask('SELECT "email", 9007199254740993 AS "exact" FROM "User" ORDER BY 1;');
    expect(status).toBe(200);
    expect(body.coverage).toEqual({ tenants: 2, answered: 2, failed: 0, truncated: 0 });
    expect(body.rows.map(({ tenantSlug, row }: any) => [tenantSlug, row.email])).toEqual([
      [acme.slug, `admin@${acme.slug}.test`],
      [globex.slug, `admin@${globex.slug}.test`],
    ]);
    expect(body.tenants[0]).toMatchObject({
      tenantId: acme.id,
      tenantSlug: acme.slug,
      rows: 1,
      truncated: false,
      error: null,
    });
  });

  it('keeps numbers exact', async () => {
    expect((await ask('SELECT 9007199254740993 AS "exact"')).text).toContain('"row":{"exact":9007199254740993}');
  });

  it('asks all tenants that have a database when none is named', async () => {
    const { body } = await owner.post('/fleet-queries', { sql: 'SELECT 1 AS "one"', timeoutMs: 5000 });
    expect(body.tenants.map(({ tenantSlug }: any) => tenantSlug)).toEqual(
      expect.arrayContaining([acme.slug, globex.slug]),
    );
  });

  it('shows 100 rows of a tenant, and says that there are more', async () => {
    const { body } = await ask('SELECT n FROM generate_series(1, 101) n');
    expect([body.rows.length, body.coverage.truncated, body.tenants[0].rows]).toEqual([200, 2, 100]);
    expect((await ask('SELECT n FROM generate_series(1, 100) n')).body.coverage.truncated).toBe(0);
  });

  it.each([
    'SELECT * FROM "User"',
    'SELECT "passwordHash" FROM "User"',
    'SELECT u FROM "User" u',
    'SELECT * FROM "Session"',
    'SELECT * FROM "Draft"',
    'SELECT "rawKey" FROM "InboundMail"',
    `SELECT query_to_xml('SELECT * FROM "Session"', true, true, '')`,
    `SELECT set_config('role', 'none', false), query_to_xml('SELECT "passwordHash" FROM "User"', true, true, '')`,
    `SELECT set_config('session_authorization', 'default', false), query_to_xml('SELECT * FROM "ApiKey"', true, true, '')`,
    `SELECT pg_read_file('postgresql.conf')`,
    `SELECT lo_creat(-1)`,
    `SELECT nextval(pg_get_serial_sequence('"TicketEvent"', 'seq'))`,
  ])('does not get at more than support may read: %s', async (sql) => {
    const answer = await ask(sql);
    expect(answer.status).toBe(200);
    expect(answer.body.rows).toEqual([]);
    expect(errorsIn(answer)).toEqual(['query_failed', 'query_failed']);
  });

  it.each([
    'SELECT 1; SELECT 2',
    'SELECT 1) q; COMMIT; SELECT (1',
    `SELECT 1 AS "one") q, (SELECT 2 AS "two"`,
    'SELECT 1 /* open',
    'DELETE FROM "Ticket"',
    'WITH gone AS (DELETE FROM "Ticket" RETURNING "id") SELECT * FROM gone',
    'SELECT "id" INTO copied FROM "Ticket"',
    'COMMIT',
    'RESET ROLE',
    'SET TRANSACTION READ WRITE',
    'CREATE TABLE x (a int)',
    'SELEC 1',
  ])('is one statement that reads, not %s', async (sql) => {
    const { status, body } = await ask(sql);
    expect([status, body.code, body.errors?.[0].field]).toEqual([400, 'validation_failed', 'sql']);
  });

  it('ends in each tenant after timeoutMs, and tells of errors of single tenants', async () => {
    expect(errorsIn(await ask('SELECT pg_sleep(20)', { timeoutMs: 200 }))).toEqual(['query_timeout', 'query_timeout']);
    expect(errorsIn(await ask(`SELECT repeat('x', 100000) AS "long"`))).toEqual(['row_too_large', 'row_too_large']);
    const { body } = await ask(`SELECT 1 / (current_database() <> '${acme.databaseName}')::int AS "n"`);
    expect(body.coverage).toMatchObject({ answered: 1, failed: 1 });
    expect(body.tenants[0].error).toMatchObject({
      code: 'query_failed',
      sqlState: '22012',
      message: 'division by zero',
    });
    expect(body.rows).toEqual([{ tenantSlug: globex.slug, row: { n: 1 } }]);
  });

  it('keeps the beginning of an error, and reads no more than 8 MiB of one', async () => {
    const { body } = await ask(`SELECT repeat('x', 100000)::int AS "n"`);
    expect(body.tenants[0].error).toMatchObject({ code: 'query_failed', sqlState: '22P02' });
    expect(body.tenants[0].error.message).toMatch(/^invalid input syntax for type integer: "x{400}/);
    expect(body.tenants[0].error.message).toHaveLength(500);
    const longer = await ask(`SELECT repeat('x', 20000000)::int AS "n"`);
    expect(longer.body.tenants[0].error).toEqual({
      code: 'query_failed',
      sqlState: null,
      message: 'PostgreSQL answered with more than 8 MiB.',
    });
  });

  it('stands in the platform’s audit trail with the statement, and in each tenant’s without it', async () => {
    const { body } = await ask(`SELECT 'of nobody else' AS "words"`);
    const { data } = (await owner.get('/audit-events?limit=5')).body;
    const event = data.find(({ action }: any) => action === 'fleet_query.run');
    expect(event.details).toMatchObject({ id: body.id, sql: `SELECT 'of nobody else' AS "words"`, tenants: 2 });
    for (const { databaseName } of [acme, globex]) {
      const told = await connected(urlOf(databaseName), (client) =>
        client.query(
          `SELECT "actorType", "address", "details" FROM "AuditEvent" WHERE "type" = 'QUERIED_BY_OPERATOR' ORDER BY "seq" DESC LIMIT 1`,
        ),
      );
      expect(told.rows).toEqual([{ actorType: 'OPERATOR', address: '127.0.0.1', details: { query: body.id } }]);
    }
  });

  it('marks its login as this installation’s, and leaves none behind', async () => {
    const { body } = await ask(
      `SELECT shobj_description(oid, 'pg_authid') AS "marker" FROM pg_roles WHERE rolname = session_user`,
    );
    const { marker } = body.rows[0].row;
    expect(marker).toMatch(/^helpdeskly:[^:]+:query$/);
    const { rows } = await asAdmin((admin) =>
      admin.query(`SELECT FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = $1`, [marker]),
    );
    expect(rows).toEqual([]);
  });

  it('runs alone', async () => {
    const slow = ask('SELECT pg_sleep(2)');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await ask('SELECT 1 AS "one"');
    expect([second.status, second.body.code]).toEqual([409, 'run_in_progress']);
    expect((await slow).body.coverage.answered).toBe(2);
  });

  it('is refused for tenants that are not there, and to all but owners', async () => {
    const unknown = await ask('SELECT 1 AS "one"', { tenants: [acme.id, 'nobody'] });
    expect([unknown.status, unknown.body.field]).toEqual([422, 'tenants.1']);
    for (const role of ['OPERATOR', 'VIEWER']) {
      const { body } = await owner.post('/api-keys', { name: role, role });
      expect((await api.with(body.key).post('/fleet-queries', { sql: 'SELECT 1' })).status).toBe(403);
    }
    for (const more of [{ timeoutMs: 0 }, { timeoutMs: 30_001 }, { tenants: [] }, { limit: 3 }])
      expect((await ask('SELECT 1 AS "one"', more)).status).toBe(400);
  });
});
