import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  connected,
  Installation,
  OtherPostgres,
  OwnPostgres,
  owner as firstOwner,
  ServiceProcess,
  until,
  urlOf,
  type Caller,
} from '@helpdeskly/testing';
import { Secrets } from '@helpdeskly/catalog';
import { appliedMigrations, migrate, readMigrations, type Migration } from '@helpdeskly/migrator';
import { fileAt } from '../src/control-archives/archive-place.js';
import { restoreControlDatabase } from '../src/control-archives/control-restore.js';
import { controlMigrationsDir } from '../src/folders.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

// Compiled code: `npm test` compiles first.
const command = fileURLToPath(new URL('../dist/control-archive.js', import.meta.url));
const manual = { RECONCILIATION_INTERVAL: '0s', RECONCILIATION_MIN_AGE: '0s', RATE_LIMIT_USER_PER_MINUTE: '0' };

interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
}

const ends: (() => Promise<unknown>)[] = [];
let installation: Installation;
let folder: string;
let other: OtherPostgres;
let second: { readonly id: string; readonly adminUrl: string };
let firstId: string;
let api: RunningControlApi;
let owner: Caller;
let token: string;
let app: ServiceProcess;

const startApi = async () => {
  api = await RunningControlApi.start(installation.controlConfig(manual));
  const { body } = await api.anonymous().post('/auth/login', firstOwner);
  token = body.accessToken;
  owner = api.with(token);
};
const startApp = async () => {
  app = await ServiceProcess.start('app-api', installation.environment);
};

beforeAll(async () => {
  const own = await OwnPostgres.start({ settings: { wal_level: 'logical' } });
  ends.push(() => own.remove());
  await asAdmin((admin) => admin.query('ALTER ROLE helpdeskly_admin REPLICATION'));
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-drill-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  other = await OtherPostgres.start();
  ends.push(() => other.remove());
  installation = await Installation.create({ pooled: false });
  await startApi();
  ends.push(() => api.stop());
  const { body: servers } = await owner.get('/database-servers');
  firstId = servers.data[0].id;
  await startApp();
  ends.push(() => app.stop());
}, 120_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly complaint: string;
}

async function control(parameters: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { PATH: process.env.PATH, ...installation.environment, ...more };
  const child = spawn(process.execPath, [command, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, complaint };
}

async function create(): Promise<Tenant> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect([status, body.detail]).toEqual([201, undefined]);
  return body;
}

const read = async (path: string) => (await owner.get(path)).body;

async function done(path: string, status = 'DONE'): Promise<any> {
  await until(
    async () => (await read(path)).status === status,
    () => read(path),
  );
  return read(path);
}

async function register(): Promise<string> {
  const { port, adminUrl } = other;
  const input = { name: 'second', host: '127.0.0.1', port, adminUrl, maxTenants: 100 };
  const { status, body } = await owner.post('/database-servers', input);
  expect([status, body.detail]).toEqual([201, undefined]);
  await owner.patch(`/database-servers/${body.id}`, { state: 'DRAINING' }); // New tenants begin on the first one.
  return body.id;
}

/** Whether the tenant's first admin can sign in and open a ticket. */
async function serves({ slug }: Tenant): Promise<boolean> {
  const headers = { 'x-tenant-slug': slug, 'content-type': 'application/json' };
  const post = (path: string, body: object, more = {}) =>
    fetch(`${app.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  const login = await post('/auth/login', { email: `admin@${slug}.test`, password: 'correct horse battery' });
  if (login.status !== 200) return false;
  const { accessToken } = (await login.json()) as { accessToken: string };
  const ticket = { title: 'After the drill', description: 'It works.' };
  return (await post('/tickets', ticket, { authorization: `Bearer ${accessToken}` })).status === 201;
}

const isServed = (tenant: Tenant) => until(() => serves(tenant));

/** What is open after two looks: by kind, what each is about and where. */
async function findings(): Promise<Record<string, [subject: string, serverId: string][]>> {
  for (let look = 0; look < 2; look++) expect((await owner.post('/reconciliation/run')).status).toBe(200);
  const found: Record<string, [string, string][]> = {};
  for (const { kind, subject, serverId } of (await read('/reconciliation?limit=100')).data)
    (found[kind] ??= []).push([subject, serverId]);
  for (const list of Object.values(found)) list.sort();
  return found;
}

const isThere = async (database: string, url = urlOf('postgres')) =>
  connected(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    return rowCount === 1;
  });

const recreate = () =>
  asAdmin(async (admin) => {
    await admin.query(`DROP DATABASE IF EXISTS "${installation.database}" WITH (FORCE)`);
    await admin.query(`CREATE DATABASE "${installation.database}"`);
  });

const relationsHere = async () => {
  const [row] = await installation.query<{ count: string }>(
    `SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
  );
  return Number(row?.count);
};

describe('the control database, lost and restored from an older archive', () => {
  it('is taken back with everything that is newer than the archive', async () => {
    const [moved, purged, rotated] = [await create(), await create(), await create()];
    second = { id: await register(), adminUrl: other.adminUrl };
    const { body: key } = await owner.post('/api-keys', { name: 'robot', role: 'OPERATOR' });
    const file = join(folder, 'control.hd');
    const backup = await control(['backup', '--file', file]);
    expect([backup.code, backup.complaint]).toEqual([0, '']);
    expect(backup.out).toContain('with 3 tenants');
    const stored = await control(['backup']);
    expect(stored.code).toBe(0);

    // What happens behind the archive.
    const created = await create();
    expect(await serves(created)).toBe(true);
    await owner.patch(`/tenants/${rotated.id}`, { name: 'Another name' });
    await owner.post(`/tenants/${rotated.id}/credentials/rotate`);
    await until(async () => (await read(`/tenants/${rotated.id}`)).credentialRotation === null);
    await owner.delete(`/tenants/${purged.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${purged.id}`)).status === 404);
    await owner.patch(`/database-servers/${second.id}`, { state: 'ACTIVE' });
    const { status, body: move } = await owner.post(`/tenants/${moved.id}/moves`, { serverId: second.id });
    expect([status, move.detail]).toEqual([202, undefined]);
    await done(`/moves/${move.id}`);
    await owner.delete(`/api-keys/${key.id}`);

    // 1. Stop everything. The control database is gone.
    const archived = await readFile(file);
    const inUse = await control(['restore', '--file', file]);
    expect([inUse.code, inUse.complaint]).toEqual([1, expect.stringContaining('is not empty: it has tenants')]);
    expect(await installation.query('SELECT FROM "Tenant"')).toHaveLength(3);
    await app.stop();
    await api.stop();
    await recreate();

    // What is no such archive changes nothing.
    const refusals: [string, Buffer, RegExp][] = [
      ['cut', archived.subarray(0, archived.length - 7), /cut/],
      ['longer', Buffer.concat([archived, archived]), /goes on after its last frame/],
      ['flipped', flipped(archived, archived.length - 40), /not what was written there/],
      ['other-key', flipped(archived, 40), /key cannot be decrypted|not hold/],
      ['nothing', Buffer.from('hello\n'), /does not begin as an archive/],
    ];
    for (const [name, bytes, complaint] of refusals) {
      await writeFile(join(folder, name), bytes);
      const refused = await control(['restore', '--file', join(folder, name)]);
      expect([name, refused.code, refused.complaint]).toEqual([name, 1, expect.stringMatching(complaint)]);
    }
    const foreign = await control(['restore', '--file', file], {
      ENCRYPTION_KEYS: `k9:${Buffer.alloc(32, 7).toString('base64')}`,
    });
    expect([foreign.code, foreign.complaint]).toEqual([1, expect.stringContaining('the key k1')]);
    expect(await relationsHere()).toBe(0);

    // 2. Restore the newest archive into an empty one.
    const restored = await control(['restore']);
    expect([restored.code, restored.complaint]).toEqual([0, '']);
    expect(restored.out).toContain('with 3 tenants');
    expect(restored.out).toContain('1 API keys');

    // 3. Start.
    const before = token;
    await startApi();
    await startApp();
    expect((await api.with(before).get('/auth/me')).status).toBe(401);
    const robot = (await owner.get('/api-keys')).body.data.find(({ name }: { name: string }) => name === 'robot');
    expect((await owner.delete(`/api-keys/${robot.id}`)).status).toBe(204);

    // 4. What the reconciler finds, and never drops.
    const open = await findings();
    expect(open).toMatchObject({
      unknown_tenant_database: expect.arrayContaining([
        [created.databaseName, firstId],
        [moved.databaseName, second.id],
      ]),
      missing_database: [
        [moved.databaseName, firstId],
        [purged.databaseName, firstId],
      ].sort(),
    });
    expect(await isThere(created.databaseName)).toBe(true);
    expect(await isThere(moved.databaseName, second.adminUrl)).toBe(true);
    const kinds = (await read('/incidents?state=open&limit=100')).data.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toContain('lost_database');

    // 5. The rotated password is repaired by itself.
    await isServed(rotated);
    expect((await read(`/tenants/${rotated.id}`)).name).toBe('Acme Inc.');

    // 6. The new one is adopted; nobody takes what is not an orphan.
    const adopt = (tenant: Tenant, serverId: string, more = {}) =>
      owner.post('/tenants/adopt', {
        serverId,
        databaseName: tenant.databaseName,
        slug: tenant.slug,
        name: 'Acme Inc.',
        ...more,
      });
    const taken = await adopt(created, firstId, { slug: rotated.slug });
    expect([taken.status, taken.body.code]).toEqual([409, 'slug_taken']);
    for (const wrong of [installation.database, 'postgres', 'no_such_database']) {
      const { status, body } = await adopt({ ...created, databaseName: wrong }, firstId);
      expect([status, body.code]).toEqual([409, 'adoption_unavailable']);
    }
    const held = await adopt(rotated, firstId);
    expect([held.status, held.body.code]).toEqual([409, 'adoption_unavailable']);
    const adopted = await adopt(created, firstId);
    expect([adopted.status, adopted.body]).toEqual([
      200,
      expect.objectContaining({ id: created.id, slug: created.slug, status: 'ACTIVE' }),
    ]);
    await isServed(created);

    // 7. The one that has moved is looked for where it is.
    const elsewhere = await adopt(moved, second.id, { slug: newSlug() });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'adoption_unavailable']);
    expect((await adopt(moved, second.id)).body).toMatchObject({ id: moved.id, serverId: second.id, status: 'ACTIVE' });
    await isServed(moved);

    // 8. The one that was purged is deleted once more.
    await owner.delete(`/tenants/${purged.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${purged.id}`)).status === 404);

    // 9. What the move had left behind is dropped by hand, once its tenant serves elsewhere.
    const left = `${moved.databaseName}_moved`;
    expect((await findings()).unknown_tenant_database).toEqual([[left, firstId]]);
    await asAdmin((admin) => admin.query(`DROP DATABASE "${left}"`));

    // Then nothing is left to do.
    await until(async () => Object.keys(await findings()).length === 0, findings);
    const actions = (await read('/audit-events?limit=100')).data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['control_database.restored', 'tenant.adopted']));
    await isServed(rotated);
  }, 600_000);
});

describe('an archive of the control database', () => {
  const service = { name: 'helpdeskly_control', password: 'control' } as const;
  let migrations: readonly Migration[];

  beforeAll(async () => {
    migrations = await readMigrations(controlMigrationsDir);
    await asAdmin((admin) =>
      admin.query(`CREATE ROLE ${service.name} LOGIN CREATEROLE PASSWORD '${service.password}'`),
    );
  });

  const applied = (database: string) => connected(urlOf(database), (client) => appliedMigrations(client));

  /** One of this release, or of the one before, with an event; returns the archive. */
  async function archiveOf(database: string, some: readonly Migration[]): Promise<string> {
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${database}`));
    await connected(urlOf(database), (client) => migrate(client, some));
    const file = join(folder, database);
    for (const name of [`${file}-first`, file]) {
      const { code, complaint } = await control(['backup', '--file', name], { CONTROL_DATABASE_URL: urlOf(database) });
      expect([code, complaint]).toEqual([0, '']);
    }
    return file;
  }

  it('of an older schema is brought to the present one, where a superuser lets it into a locked audit trail', async () => {
    const file = await archiveOf('older_control', migrations.slice(0, -1));
    await asAdmin((admin) => admin.query(`CREATE DATABASE locked_control OWNER ${service.name}`));
    const lock = await readFile(new URL('../../../prisma/control/audit.sql', import.meta.url), 'utf8');
    await connected(urlOf('locked_control'), (client) => client.query(lock));
    const target = { CONTROL_DATABASE_URL: urlOf('locked_control', service) };
    const refused = await control(['restore', '--file', file], target);
    expect([refused.code, refused.complaint]).toEqual([1, expect.stringContaining('audit trail is locked')]);
    const admin = { ...target, CONTROL_DATABASE_ADMIN_URL: urlOf('locked_control') };
    const restored = await control(['restore', '--file', file], admin);
    expect([restored.code, restored.complaint]).toEqual([0, '']);
    expect((await applied('locked_control')).map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    const events = await connected(urlOf('locked_control', service), (client) =>
      client.query<{ action: string }>('SELECT "action" FROM "audit"."AuditEvent" ORDER BY "seq"'),
    );
    expect(events.rows.map(({ action }) => action)).toEqual([
      'control_database.backed_up',
      'control_database.restored',
    ]);
  });

  it('of a newer release is refused by the name of what this one does not know, and changes nothing', async () => {
    const file = await archiveOf('newer_control', migrations);
    await asAdmin((admin) => admin.query('CREATE DATABASE empty_control'));
    const { encryptionKeys } = installation.controlConfig();
    const older = restoreControlDatabase(
      { url: urlOf('empty_control'), adminUrl: undefined },
      new Secrets(encryptionKeys),
      () => fileAt(file).read(),
      migrations.slice(0, -1),
    );
    await expect(older).rejects.toThrow(`this build does not know its migration ${migrations.at(-1)?.name}`);
    expect(await applied('empty_control')).toEqual([]);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
