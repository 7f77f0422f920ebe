import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newDataKey, sealedColumns, Secrets } from '@helpdeskly/catalog';
import {
  asAdmin,
  type Caller,
  ServiceProcess,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

const [k1, k2, k3] = ['k1', 'k2', 'k3'].map((id) => ({ id, key: randomBytes(32) }));
type Key = typeof k1;
/** As ENCRYPTION_KEYS wants them. */
const listed = (...keys: Key[]) => ({
  ENCRYPTION_KEYS: keys.map((key) => `${key?.id}:${key?.key.toString('base64')}`).join(','),
});

let system: System;
let tenants: TestTenant[];

beforeAll(async () => {
  const environment = listed(k1, k2, k3);
  system = await startSystem({ pooled: false, workers: false, control: environment, app: environment });
  const worker = await startWorker(k1, k2, k3);
  tenants = await Promise.all([1, 2, 3].map(() => system.createTenant()));
  await worker.stop();
});

afterAll(() => system.close());

function startWorker(...keys: Key[]): Promise<ServiceProcess> {
  return ServiceProcess.start('control-worker', { ...system.installation.environment, ...listed(...keys) });
}

/** `{ k1: ['SEALING', 7], … }` */
async function encryptionKeys(): Promise<Record<string, [string, number]>> {
  const { body } = await system.operator.get('/keys');
  return Object.fromEntries(
    body.encryption.map((key: { id: string; state: string; secrets: number }) => [key.id, [key.state, key.secrets]]),
  );
}

const secretsOf = async (id: string) => (await encryptionKeys())[id]?.[1];

/** Both APIs start on these keys, or the first of them says why not. */
async function startBoth(...keys: Key[]): Promise<void> {
  for (const name of ['control-api', 'app-api'] as const) {
    const service = await ServiceProcess.start(name, { ...system.installation.environment, ...listed(...keys) });
    expect(await service.stop()).toBe(0);
  }
}

/** Since when the connections stand that app-api has to a tenant's database. */
function connectionsOf({ databaseName }: TestTenant): Promise<string[]> {
  return asAdmin(async (admin) => {
    const { rows } = await admin.query<{ since: string }>(
      `SELECT pid || ' ' || backend_start AS since FROM pg_stat_activity
        WHERE datname = $1 AND application_name = 'helpdeskly-app' ORDER BY 1`,
      [databaseName],
    );
    return rows.map(({ since }) => since);
  });
}

/** Requests to every tenant until it is stopped; answers the statuses that came. */
function load(): () => Promise<number[]> {
  const statuses = new Set<number>();
  let over = false;
  const clients = tenants.map(async ({ admin }) => {
    while (!over) {
      statuses.add((await admin.get('/tickets?limit=2')).status);
      await sleep(5);
    }
  });
  return async () => {
    over = true;
    await Promise.all(clients);
    return [...statuses];
  };
}

const startApp = (...keys: Key[]) =>
  ServiceProcess.start('app-api', { ...system.installation.environment, ...listed(...keys) });

/** The cursors that a process gives to a tenant's first events. */
async function cursorsAt(origin: string, { headers }: Caller): Promise<string[]> {
  const answer = await fetch(`${origin}/api/v1/events`, { headers });
  const { data } = (await answer.json()) as { data: { cursor: string }[] };
  return data.map(({ cursor }) => cursor);
}

/** What a process answers to who goes on behind a cursor: the feed's status or problem, and the first event of a stream. */
async function goesOn(origin: string, { headers }: Caller, cursor = ''): Promise<{ feed: unknown; stream: unknown }> {
  const page = await fetch(`${origin}/api/v1/events?after=${cursor}`, { headers });
  const { code } = (await page.json()) as { code?: string };
  const aborting = new AbortController();
  const stream = await fetch(`${origin}/api/v1/stream`, {
    headers: { ...headers, 'last-event-id': cursor },
    signal: aborting.signal,
  });
  let wire = '';
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    wire += Buffer.from(chunk).toString();
    if (/^event: .*\n/m.test(wire)) break;
  }
  aborting.abort();
  return { feed: code ?? page.status, stream: /^event: (.*)\n/m.exec(wire)?.[1] };
}

describe('encryption keys', () => {
  it('are shown with how many secrets each seals, and never themselves', async () => {
    const { status, body } = await system.operator.get('/keys');
    expect(status).toBe(200);
    // Three tenants' passwords and data keys, the server's admin URL, two signing keys, the key that signs mail.
    expect(await encryptionKeys()).toEqual({ k1: ['SEALING', 10], k2: ['STANDBY', 0], k3: ['STANDBY', 0] });
    expect(body.signing.map((key: { purpose: string; state: string }) => [key.purpose, key.state]).sort()).toEqual([
      ['OPERATOR', 'ACTIVE'],
      ['TENANT', 'ACTIVE'],
    ]);
    for (const key of [k1, k2, k3]) expect(JSON.stringify(body)).not.toContain(key?.key.toString('base64'));
  });

  it('are shown to every operator and nobody else', async () => {
    const { body } = await system.operator.post('/api-keys', { name: 'reads', role: 'VIEWER' });
    expect((await system.control.as({ authorization: `Bearer ${body.key}` }).get('/keys')).status).toBe(200);
    expect((await system.control.as().get('/keys')).status).toBe(401);
    expect((await system.operator.get('/keys?which=all')).status).toBe(400);
  });

  it('that sealed something in use have to be there at the start', async () => {
    await expect(startBoth(k2)).rejects.toThrow('ENCRYPTION_KEYS does not hold the key k1');
  });

  it('cover every column that holds something sealed', async () => {
    const { installation } = system;
    const columns = await installation.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb')`,
    );
    const holding = [];
    for (const { table, column } of columns) {
      const found = await installation.query(
        `SELECT FROM "${table}" WHERE "${column}"::text ~ 'v1\\.[A-Za-z0-9_-]{1,32}\\.[A-Za-z0-9_-]{38,}' LIMIT 1`,
      );
      if (found.length > 0 || /secret$/i.test(column)) holding.push(`${table}.${column}`);
    }
    const known = sealedColumns.filter(({ expires }) => expires === undefined);
    expect(holding.sort()).toEqual(known.map(({ table, column }) => `${table}.${column}`).sort());
  });

  it('that come first seal everything anew, while tenants are served and their credentials rotate', async () => {
    const [still, turning] = tenants as [TestTenant, TestTenant];
    const stop = load();
    await until(async () => (await connectionsOf(still)).length > 0);
    const before = await connectionsOf(still);
    await system.operator.post(`/tenants/${turning.id}/credentials/rotate`);
    const worker = await startWorker(k2, k1);
    await until(async () => (await secretsOf('k1')) === 0);
    await until(async () => {
      const [row] = await system.installation.query<{ turned: boolean }>(
        `SELECT "credentialGeneration" = 2 AND "formerRoleName" IS NULL AS turned FROM "Tenant" WHERE "id" = $1`,
        [turning.id],
      );
      return row?.turned === true;
    });
    await worker.stop();
    expect(await stop()).toEqual([200]);
    expect(await connectionsOf(still)).toEqual(expect.arrayContaining(before));
    expect(await encryptionKeys()).toEqual({ k1: ['SUPERSEDED', 0], k2: ['SEALING', 10], k3: ['STANDBY', 0] });
    const { body } = await system.operator.get('/audit-events?limit=100');
    const actions = body.data.map(({ action }: { action: string }) => action);
    expect(actions).toContain('encryption_key.introduced');
    expect(actions).toContain('encryption_key.applied');
  });

  it('leave kept answers to Idempotency-Keys to their day', async () => {
    const headers = { 'idempotency-key': 'made under k1' };
    await system.operator.post('/api-keys', { name: 'kept', role: 'VIEWER' }, { headers });
    expect(await secretsOf('k1')).toBe(1);
    await expect(startBoth(k2)).rejects.toThrow('ENCRYPTION_KEYS does not hold the key k1');
    const worker = await startWorker(k2, k1);
    await worker.stop();
    const again = await system.operator.post('/api-keys', { name: 'kept', role: 'VIEWER' }, { headers });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    await system.installation.query('UPDATE "IdempotencyKey" SET "expiresAt" = now()');
    expect(await secretsOf('k1')).toBe(0);
  });

  it('read the cursors of each other as long as both are listed, and the feed’s begin anew when theirs is taken out', async () => {
    const [{ admin }] = tenants as [TestTenant];
    for (let n = 0; n < 2; n++) await admin.post('/tickets', { title: 'x', description: 'y' });
    const sealed = await cursorsAt(system.app.origin, admin);
    const rotated = await startApp(k2, k1);
    const resealed = await cursorsAt(rotated.origin, admin);
    expect(resealed).not.toEqual(sealed);
    for (const origin of [rotated.origin, system.app.origin])
      for (const [first] of [sealed, resealed])
        expect(await goesOn(origin, admin, first)).toEqual({ feed: 200, stream: 'ticket.created' });
    await rotated.stop();
    const bare = await startApp(k2);
    expect(await goesOn(bare.origin, admin, sealed[0])).toEqual({ feed: 'invalid_cursor', stream: 'reset' });
    expect(await goesOn(bare.origin, admin, resealed[0])).toEqual({ feed: 200, stream: 'ticket.created' });
    await bare.stop();
  });

  it('that seal nothing any more can be taken out, and do not come first again', async () => {
    await startBoth(k2, k1);
    await startBoth(k2);
    expect((await encryptionKeys())['k1']).toEqual(['RETIRED', 0]);
    await expect(startBoth(k1, k2)).rejects.toThrow('ENCRYPTION_KEYS begins with the key k1');
    await expect(startBoth(k1)).rejects.toThrow('ENCRYPTION_KEYS does not hold the key k2');
    await startBoth(k2, k1);
  });
});

describe('a worker that seals anew', () => {
  const fakes = 450;

  /** Tenants by the catalog alone: nothing visits them but who seals anew. */
  beforeAll(async () => {
    const secrets = new Secrets([k2].filter((key) => key !== undefined));
    const ids = Array.from(
      { length: fakes },
      (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    );
    await system.installation.query(
      `INSERT INTO "Tenant" ("id", "slug", "name", "plan", "maxConnections", "requestsPerMinute", "ownMaxConnections",
                             "ownRequestsPerMinute", "serverId", "databaseName", "roleName", "roleSecret", "dataKeySecret", "status", "adminEmail", "adminName")
       SELECT tenant::uuid, 'fake-' || n, 'Fake', 'standard', 5, 60, 5, 60, s."id", 'fake_' || n, 'fake_' || n, sealed, key, 'INACTIVE', 'a@b.example', 'A'
         FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS given (tenant, sealed, key, n), "DatabaseServer" s`,
      [ids, ids.map((id) => secrets.seal('a password', id)), ids.map((id) => newDataKey(secrets, id))],
    );
    // Holds up whoever comes to a row, in the control database itself.
    await system.installation.query(`
      CREATE TABLE test_tripwire (row text);
      CREATE FUNCTION test_trip() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM test_tripwire WHERE row = coalesce(to_jsonb(NEW)->>'slug', to_jsonb(NEW)->>'purpose')) THEN
          PERFORM pg_advisory_xact_lock_shared(4711);
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER test_trip BEFORE UPDATE ON "Tenant" FOR EACH ROW EXECUTE FUNCTION test_trip();
      CREATE TRIGGER test_trip BEFORE UPDATE ON "SigningKey" FOR EACH ROW EXECUTE FUNCTION test_trip();`);
  });

  const sealedBy = async (id: string) => {
    const [row] = await system.installation.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM "Tenant" WHERE "roleSecret" LIKE 'v1.' || $1 || '.%'`,
      [id],
    );
    return row?.count ?? 0;
  };

  async function killedAt(row: string): Promise<void> {
    const holder = new pg.Client(urlOf(system.installation.database));
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(4711)');
    await holder.query('INSERT INTO test_tripwire VALUES ($1)', [row]);
    const worker = await startWorker(k3, k2);
    await until(async () => {
      const { rows } = await holder.query(
        `SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 4711`,
      );
      return rows.length > 0;
    });
    worker.signal('SIGKILL');
    await worker.exit();
    await holder.query('DELETE FROM test_tripwire');
    await holder.end();
  }

  it('and is killed in the middle leaves whole batches, each secret readable, and the older key needed', async () => {
    await killedAt('fake-300');
    expect(await sealedBy('k3')).toBe(200);
    await killedAt('OPERATOR');
    expect(await sealedBy('k2')).toBe(0);
    expect(await secretsOf('k2')).toBeGreaterThan(0);
    expect((await tenants[0]?.admin.get('/tickets'))?.status).toBe(200);
    await expect(startBoth(k3)).rejects.toThrow('ENCRYPTION_KEYS does not hold the key k2');
  });

  it('beside another one does everything once', async () => {
    expect(await secretsOf('k2')).toBeGreaterThan(0); // Keys that sign, and rows that somebody else was writing meanwhile.
    const workers = await Promise.all([startWorker(k3, k2), startWorker(k3, k2)]);
    await until(async () => (await secretsOf('k2')) === 0);
    await Promise.all(workers.map((worker) => worker.stop()));
    const [done] = await system.installation.query<{ secrets: number }>(
      `SELECT sum(("details"->>'secrets')::int)::int AS secrets FROM "audit"."AuditEvent"
        WHERE "action" = 'encryption_key.applied' AND "details"->>'keyId' = 'k3'`,
    );
    expect(done?.secrets).toBe(2 * fakes + 10);
    await startBoth(k3);
  });
});
