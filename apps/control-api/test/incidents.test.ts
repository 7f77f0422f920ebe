import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@helpdeskly/service';
import { asAdmin, Installation, until, type Caller } from '@helpdeskly/testing';
import { kinds } from '../src/incidents/incident-kinds.js';
import { LifecycleQueue } from '../src/lifecycle/lifecycle-queue.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(
    installation.controlConfig({ RECONCILIATION_INTERVAL: '0s', ISOLATION_PROBE_INTERVAL: '0s' }),
  );
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

const listed = async (query = ''): Promise<any[]> => (await owner.get(`/incidents${query}`)).body.data;
const open = (kind: string) => listed(`?state=open&kind=${kind}`);

async function newTenant(): Promise<any> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect(status).toBe(201);
  return body;
}

/** The one open incident of a kind, as everybody sees it. */
async function theOne(kind: keyof typeof kinds): Promise<any> {
  const found = await open(kind);
  expect(found).toEqual([
    expect.objectContaining({ kind, severity: kinds[kind].severity, remedy: kinds[kind].remedy, resolvedAt: null }),
  ]);
  return found[0];
}

async function hasEnded({ id, kind }: { id: string; kind: string }): Promise<void> {
  expect(await open(kind)).toEqual([]);
  const [last] = await listed(`?state=resolved&kind=${kind}`);
  expect([last.id, last.resolvedAt]).toEqual([id, expect.any(String)]);
}

describe('GET /incidents', () => {
  it('is empty while nothing needs anybody', async () => {
    await newTenant();
    expect(await listed('?state=open')).toEqual([]);
  });

  it('tells of a job that would do nothing only if it cannot be taken away', async () => {
    const { id } = await newTenant();
    const queue = api.app.get(LifecycleQueue, { strict: false });
    await queue.offer('access', { tenantId: id, generation: 0 }, 3_600_000);
    for (let time = 0; time < 2; time++) await owner.post('/reconciliation/run');
    const { data } = (await owner.get('/reconciliation?kind=stale_job&state=open')).body;
    expect(data).toMatchObject([{ tenantId: id, sightings: 2 }]);
    expect(await open('stuck_job')).toEqual([]);
    await installation.query(`UPDATE "ReconciliationFinding" SET "error" = 'no answer' WHERE "id" = $1`, [data[0].id]);
    const incident = await theOne('stuck_job');
    await queue.withdraw({ tenantId: id, generation: 0 });
    await owner.post('/reconciliation/run');
    await hasEnded(incident);
  });

  it('tells of a lost database until its tenant is gone', async () => {
    const { slug, serverId, databaseName } = await newTenant();
    await asAdmin((admin) => admin.query(`DROP DATABASE ${databaseName} WITH (FORCE)`));
    await owner.post('/reconciliation/run');
    const incident = await theOne('lost_database');
    expect(incident).toMatchObject({ tenantSlug: slug, serverId, severity: 'CRITICAL' });
    expect(incident.message).toContain(databaseName);
    await installation.query(`UPDATE "ReconciliationFinding" SET "resolvedAt" = now(), "resolution" = 'VANISHED'`);
    await hasEnded(incident);
  });

  it('tells of an API key from a week before its end until it is revoked', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const key = (name: string, days: number) =>
      owner.post('/api-keys', { name, role: 'VIEWER', expiresAt: inDays(days) });
    await key('later', 8);
    const { body } = await key('soon', 6);
    const incident = await theOne('api_key_expiring');
    expect(incident.message).toContain('soon');
    expect((await theOne('api_key_expiring')).id).toBe(incident.id);
    const exposed = await api.app.get(Metrics, { strict: false }).registry.metrics();
    expect(exposed).toContain('helpdeskly_incidents{kind="api_key_expiring"} 1');
    expect(exposed).toContain('helpdeskly_incidents{kind="server_down"} 0');
    await owner.delete(`/api-keys/${body.id}`);
    await hasEnded(incident);
  });

  it('tells of the last migration run that halted, until another one has taken its place', async () => {
    const run = (status: string) =>
      installation.query(
        `INSERT INTO "MigrationRun" ("status", "statusReason", "migrations", "everyTenant", "concurrency", "finishedAt")
         VALUES ($1::"MigrationRunStatus", 'the canary failed', '[]', true, 1, now())`,
        [status],
      );
    await run('HALTED');
    const incident = await theOne('migration_run_halted');
    expect(incident.message).toContain('the canary failed');
    await run('SUCCEEDED');
    await hasEnded(incident);
  });

  it('tells of a server that does not answer, and of one that is nearly full', async () => {
    const [server] = (await owner.get('/database-servers')).body.data;
    await installation.query(
      `INSERT INTO "DatabaseServer" ("name", "host", "port", "adminSecret", "maxTenants", "state")
       SELECT 'away', '127.0.0.1', 1, "adminSecret", 9, 'DRAINING' FROM "DatabaseServer"`,
    );
    await until(async () => (await open('server_down')).length > 0); // What servers said is known for two seconds.
    const down = await theOne('server_down');
    expect(down.message).toBe('The database server away does not answer.');
    await owner.patch(`/database-servers/${server.id}`, { maxTenants: 2 });
    expect(await theOne('server_full')).toMatchObject({ serverId: server.id, severity: 'WARNING' });
    await owner.patch(`/database-servers/${server.id}`, { maxTenants: server.maxTenants });
    expect(await open('server_full')).toEqual([]);
    await installation.query(`DELETE FROM "DatabaseServer" WHERE "name" = 'away'`);
    await until(async () => (await open('server_down')).length === 0);
    await hasEnded(down);
  });

  it('tells of a move that was rolled back, until the next one, and of a former database that cannot be dropped', async () => {
    const { id, slug, serverId } = await newTenant();
    const [away] = await installation.query<{ id: string }>(
      `INSERT INTO "DatabaseServer" ("name", "host", "port", "adminSecret", "maxTenants", "state")
       SELECT 'left', '127.0.0.1', 1, "adminSecret", 9, 'OFFLINE' FROM "DatabaseServer" WHERE "id" = $1 RETURNING "id"`,
      [serverId],
    );
    const moved = (from: string, to: string, status: string, error: string | null) =>
      installation.query(
        `INSERT INTO "TenantMove" ("tenantId", "tenantSlug", "fromServerId", "toServerId", "status", "error", "finishedAt")
         VALUES ($1, $2, $3, $4, $5::"MoveStatus", $6, now() - interval '3 hours')`,
        [id, slug, from, to, status, error],
      );
    const there = away?.id ?? '';
    await moved(serverId, there, 'ROLLED_BACK', 'Its slot was lost.');
    const rolledBack = await theOne('move_rolled_back');
    expect(rolledBack).toMatchObject({ tenantSlug: slug, serverId, severity: 'WARNING' });
    expect(rolledBack.message).toBe(`The last move of ${slug} was rolled back. Its slot was lost.`);
    expect(await open('former_database_left')).toEqual([]);
    await moved(there, serverId, 'DONE', null);
    await hasEnded(rolledBack);
    const left = await theOne('former_database_left');
    expect(left).toMatchObject({ tenantSlug: slug, serverId: there });
    expect(left.message).toContain('has left behind on left');
    await installation.query(`UPDATE "TenantMove" SET "formerDroppedAt" = now()`);
    await hasEnded(left);
    await installation.query(`DELETE FROM "DatabaseServer" WHERE "id" = $1`, [there]);
  });

  it('tells of breaches, of roles that are locked out, and of tenants that failed or lack migrations', async () => {
    const { id, slug } = await newTenant();
    await installation.query(
      `INSERT INTO "IsolationBreach" ("tenantId", "attempt", "target") VALUES ($1, 'connect', 'other')`,
      [id],
    );
    await installation.query(
      `INSERT INTO "IsolationTurn" ("tenantId", "refusedSince", "reason") VALUES ($1, now(), 'no login')
       ON CONFLICT ("tenantId") DO UPDATE SET "refusedSince" = now(), "reason" = 'no login'`,
      [id],
    );
    await installation.query(`UPDATE "Tenant" SET "schemaSetId" = NULL, "schemaVersion" = '2020' WHERE "id" = $1`, [
      id,
    ]);
    await installation.query(
      `INSERT INTO "Tenant" ("slug", "name", "plan", "maxConnections", "requestsPerMinute", "serverId", "databaseName", "roleName", "roleSecret", "status", "statusReason", "adminEmail", "adminName")
       SELECT 'unmade', 'x', 'standard', 20, 12000, "id", 'none', 'none_a', 'v1.k1.x', 'FAILED', 'no room', 'a@b.c', 'x' FROM "DatabaseServer"`,
    );
    for (const kind of ['isolation_breach', 'tenant_locked_out', 'schema_pending'] as const)
      expect((await theOne(kind)).tenantSlug).toBe(slug);
    expect(await theOne('provisioning_failed')).toMatchObject({ tenantSlug: 'unmade' });
  });

  it('lists open ones before resolved ones, page by page', async () => {
    const whole = await listed('?limit=100');
    const states = whole.map(({ resolvedAt }) => resolvedAt === null);
    expect(states).toEqual([...states].sort((a, b) => Number(b) - Number(a)));
    expect(new Set(states).size).toBe(2);
    const walked: any[] = [];
    for (let path = '/incidents?limit=2'; path !== '';) {
      const { data, meta } = (await owner.get(path)).body;
      walked.push(...data);
      path = meta.hasMore ? `/incidents?limit=2&cursor=${meta.nextCursor}` : '';
    }
    expect(walked.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect((await listed('?severity=CRITICAL&state=open')).map(({ severity }) => severity)).toEqual([
      'CRITICAL',
      'CRITICAL',
    ]);
  });

  it.each(['kind=fire', 'severity=critical', 'state=closed', 'since=2026-01-01'])('refuses ?%s', async (query) => {
    const { status, body } = await owner.get(`/incidents?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is open to viewers, and to nobody without a token', async () => {
    const { body } = await owner.post('/api-keys', { name: 'reader', role: 'VIEWER' });
    expect((await api.with(body.key).get('/incidents')).status).toBe(200);
    expect((await api.anonymous().get('/incidents')).status).toBe(401);
  });

  it('has an alert for everything that it tells of', () => {
    const alerts = readFileSync(new URL('../../../docker/prometheus/alerts.yml', import.meta.url), 'utf8');
    const own = /helpdeskly_incidents\{kind=~"([^"]+)"\}/.exec(alerts)?.[1]?.split('|');
    for (const { alert } of Object.values(kinds)) expect(alerts).toContain(`- alert: ${alert}\n`);
    const byIncident = Object.entries(kinds).filter(([, { alert }]) => alert === 'IncidentOpen');
    expect(own?.sort()).toEqual(byIncident.map(([kind]) => kind).sort());
  });
});
