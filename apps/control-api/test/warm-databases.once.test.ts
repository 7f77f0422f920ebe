import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, Installation, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

const start = async () => {
  api = await RunningControlApi.start(
    installation.controlConfig({ TENANT_WARM_DATABASES: '2', RATE_LIMIT_USER_PER_MINUTE: '0' }),
  );
  owner = await api.asOwner();
};

beforeAll(async () => {
  installation = await Installation.create();
  await start();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

interface Warm {
  readonly name: string;
  readonly state: string;
  readonly oid: string;
}

/** Warm databases that the catalog knows, with PostgreSQL's own number of each that is there. */
async function warm(): Promise<Warm[]> {
  const rows = await installation.query<{ name: string; state: string }>('SELECT "name", "state" FROM "WarmDatabase"');
  return Promise.all(rows.map(async (row) => ({ ...row, oid: await oidOf(row.name) })));
}

async function oidOf(name: string): Promise<string> {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ oid: string }>('SELECT oid::text AS oid FROM pg_database WHERE datname = $1', [name]),
  );
  return rows[0]?.oid ?? '';
}

const level = () => until(async () => (await warm()).filter(({ state }) => state === 'READY').length === 2);

describe('warm databases', () => {
  it('are as many as configured, and nobody may connect to them', async () => {
    await level();
    for (const { name } of await warm()) {
      const { rows } = await asAdmin((admin) =>
        admin.query<{ open: boolean; public: boolean }>(
          `SELECT datallowconn AS open, has_database_privilege('public', oid, 'CONNECT') AS public
             FROM pg_database WHERE datname = $1`,
          [name],
        ),
      );
      expect(rows).toEqual([{ open: false, public: false }]);
    }
  });

  it('become tenants’ databases by a rename, and are replaced', async () => {
    await level();
    const before = await warm();
    const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    expect(status).toBe(201);
    expect(before.map(({ oid }) => oid)).toContain(await oidOf(body.databaseName));
    await level();
    expect((await warm()).map(({ oid }) => oid)).not.toContain(await oidOf(body.databaseName));
  });

  it('are claimed by one tenant each, and those who find none are cloned', async () => {
    await level();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => owner.post('/tenants', tenantInput(newSlug()), wait)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const oids = await Promise.all(answers.map(({ body }) => oidOf(body.databaseName)));
    expect(new Set(oids).size).toBe(8);
  });

  it('give each tenant the settings and grants that a clone has', async () => {
    await level();
    const { body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    const { rows } = await asAdmin((admin) =>
      admin.query<{ settings: string[]; public: boolean; comment: string }>(
        `SELECT (SELECT array_agg(c ORDER BY c) FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setdatabase = d.oid)
                  AS settings,
                has_database_privilege('public', d.oid, 'CONNECT') AS public,
                shobj_description(d.oid, 'pg_database') AS comment
           FROM pg_database d WHERE datname = $1`,
        [body.databaseName],
      ),
    );
    expect(rows[0]).toMatchObject({ settings: ['TimeZone=UTC', 'search_path=public'], public: false });
    expect(rows[0]?.comment).toContain(body.id);
  });

  it('are not taken by a tenant that has its database already', async () => {
    const { body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    await level();
    const before = await warm();
    await installation.query(`UPDATE "Tenant" SET "status" = 'FAILED' WHERE "id" = $1`, [body.id]);
    await owner.post(`/tenants/${body.id}/retry`);
    await until(async () => (await owner.get(`/tenants/${body.id}`)).body.status === 'ACTIVE');
    expect(await warm()).toEqual(before);
  });

  it('that were renamed and not marked before a crash go with their tenant', async () => {
    const { body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    const { databaseName: name } = body;
    const [row] = await installation.query<{ key: string }>('SELECT "key" FROM "Installation"');
    await installation.query(`UPDATE "Tenant" SET "status" = 'FAILED', "activatedAt" = NULL WHERE "id" = $1`, [
      body.id,
    ]);
    await asAdmin((admin) =>
      admin.query(
        `ALTER DATABASE ${name} ALLOW_CONNECTIONS false; COMMENT ON DATABASE ${name} IS 'helpdeskly:${row?.key}:warm'`,
      ),
    );
    await owner.delete(`/tenants/${body.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${body.id}`)).status === 404);
    expect(await oidOf(name)).toBe('');
  });

  it('that somebody dropped are no obstacle', async () => {
    await level();
    for (const { name } of await warm()) await asAdmin((admin) => admin.query(`DROP DATABASE ${name}`));
    const { status } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    expect(status).toBe(201);
  });

  it('that a crash left half-made, or claimed for nobody, are dropped', async () => {
    await level();
    const [half, claimed] = await warm();
    await installation.query(
      `UPDATE "WarmDatabase" SET "state" = 'BUILDING', "updatedAt" = now() - interval '1 hour' WHERE "name" = $1`,
      [half?.name],
    );
    await installation.query(
      `UPDATE "WarmDatabase" SET "state" = 'CLAIMED', "tenantId" = uuidv7(), "updatedAt" = now() - interval '1 hour'
        WHERE "name" = $1`,
      [claimed?.name],
    );
    await until(async () => (await oidOf(half?.name ?? '')) === '' && (await oidOf(claimed?.name ?? '')) === '');
    await level();
  });

  it('of another schema are replaced after a start', async () => {
    await level();
    await api.stop();
    const old = await warm();
    await installation.query(`UPDATE "WarmDatabase" SET "template" = 'of an older schema'`);
    await start();
    await level();
    for (const { name } of old) expect(await oidOf(name)).toBe('');
  });
});
