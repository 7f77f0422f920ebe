import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  connected,
  Installation,
  rounds,
  ServiceProcess,
  until,
  urlOf,
  type Caller,
} from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess;

const startWorker = async () => {
  worker = await ServiceProcess.start('control-worker', { ...installation.environment });
};

const kill = async () => {
  worker.signal('SIGKILL');
  await worker.exit();
};

beforeAll(async () => {
  installation = await Installation.create();
  await startWorker();
  api = await RunningControlApi.start(installation.controlConfig({ RATE_LIMIT_USER_PER_MINUTE: '0' }), {
    workers: false,
  });
  owner = await api.asOwner();
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
});

const read = async (path: string) => (await owner.get(path)).body;

/** The databases of a tenant on the server, the installation's name left out. */
const databases = async (id: string) => {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datname LIKE $1 ORDER BY 1', [
      `%${id.replaceAll('-', '')}%`,
    ]),
  );
  return rows.map(({ name }) => name.replace(/^hd_(scratch)_.*$/, '$1').replace(/^t_[0-9a-f]{32}/, 'own'));
};

const mark = (database: string, type: string, rows = 1) =>
  connected(urlOf(database), (client) =>
    client.query(
      `INSERT INTO "AuditEvent" ("type", "details")
       SELECT $1, jsonb_build_object('text', repeat(md5(n::text), 300)) FROM generate_series(1, $2::int) n`,
      [type, rows],
    ),
  );

const marks = (database: string) =>
  connected(urlOf(database), async (client) => {
    const { rows } = await client.query<{ type: string }>(
      `SELECT DISTINCT "type" FROM "AuditEvent" WHERE "type" IN ('BEFORE', 'AFTER') ORDER BY 1`,
    );
    return rows.map(({ type }) => type);
  });

const mayLogIn = async (role: string) => {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ login: boolean }>('SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = $1', [role]),
  );
  return rows[0]?.login;
};

/** A tenant with so much that filling it takes a while, and a backup of it. */
async function archived(rows: number) {
  const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  await mark(tenant.databaseName, 'BEFORE', rows);
  const { body: backup } = await owner.post(`/tenants/${tenant.id}/backups`);
  await until(
    async () => (await read(`/backups/${backup.id}`)).status === 'DONE',
    () => read(`/backups/${backup.id}`),
  );
  await mark(tenant.databaseName, 'AFTER');
  return { tenant, backup };
}

describe.each(rounds)('a worker that is killed (round %i)', () => {
  it('in the middle of a restore leaves it to another one, and nothing half-made stays', async () => {
    const { backup } = await archived(6000);
    const input = { as: 'NEW', slug: newSlug(), name: 'Copy' };
    const { body: copy } = await owner.post(`/backups/${backup.id}/restore`, input);
    await until(async () => (await databases(copy.id)).includes('scratch'));
    await kill();
    expect((await read(`/tenants/${copy.id}`)).status).toBe('PROVISIONING');
    await startWorker();
    await until(
      async () => (await read(`/tenants/${copy.id}`)).status === 'ACTIVE',
      () => read(`/tenants/${copy.id}`),
    );
    expect(await databases(copy.id)).toEqual(['own']);
    expect(await marks(copy.databaseName)).toEqual(['BEFORE']);
  });

  it('in the middle of a clone leaves it to another one, and the original as it was', async () => {
    const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    await mark(tenant.databaseName, 'BEFORE', 6000);
    const { body: clone } = await owner.post(`/tenants/${tenant.id}/clone`, { slug: newSlug(), name: 'Clone' });
    await until(async () => (await databases(clone.id)).includes('scratch'));
    await kill();
    expect((await read(`/tenants/${clone.id}`)).status).toBe('PROVISIONING');
    expect(await databases(clone.id)).toEqual(['scratch']);
    await startWorker();
    await until(
      async () => (await read(`/tenants/${clone.id}`)).status === 'ACTIVE',
      () => read(`/tenants/${clone.id}`),
    );
    expect([await databases(clone.id), await databases(tenant.id)]).toEqual([['own'], ['own']]);
    expect([await marks(clone.databaseName), await marks(tenant.databaseName)]).toEqual([['BEFORE'], ['BEFORE']]);
    const told = await connected(urlOf(tenant.databaseName), (client) =>
      client.query(`SELECT FROM "AuditEvent" WHERE "type" = 'CLONED_BY_OPERATOR'`),
    );
    expect(told.rowCount).toBe(1);
  });

  it('at any step of a REPLACE leaves one database that can be written, and another worker ends it', async () => {
    const { tenant, backup } = await archived(3000);
    const restore = await owner.post(`/backups/${backup.id}/restore`, { as: 'REPLACE' });
    const state = () => read(`/restores/${restore.body.id}`);
    const role = `${tenant.databaseName}_a`;

    // While the other database is filled.
    await until(async () => (await databases(tenant.id)).includes('scratch'), state);
    await kill();
    expect([await marks(tenant.databaseName), await mayLogIn(role)]).toEqual([['AFTER', 'BEFORE'], true]);

    // When PostgreSQL has switched, and the catalog does not know: the order of the archive waits for this lock.
    await connected(urlOf(installation.database), async (control) => {
      await control.query('BEGIN; LOCK TABLE "TenantStorage" IN ACCESS EXCLUSIVE MODE');
      await startWorker();
      await until(async () => (await databases(tenant.id)).includes('own_former'), state);
      await kill();
    });
    expect([await marks(tenant.databaseName), await mayLogIn(role)]).toEqual([['BEFORE'], false]);
    expect((await state()).switchedAt).toBeNull();
    const connects = await asAdmin((admin) =>
      admin.query<{ may: boolean }>(`SELECT has_database_privilege($1, $2, 'CONNECT') AS may`, [
        role,
        `${tenant.databaseName}_former`,
      ]),
    );
    expect(connects.rows).toEqual([{ may: false }]);

    // While the former one is archived.
    await connected(urlOf(installation.database), async (control) => {
      await control.query(`SELECT pg_advisory_lock(hashtext('helpdeskly archives'), hashtext($1))`, [tenant.id]);
      await startWorker();
      await until(async () => (await state()).progress === 'ARCHIVING', state);
      await kill();
      expect(await databases(tenant.id)).toEqual(['own', 'own_former']);
    });
    await startWorker();
    await until(async () => (await state()).status === 'DONE', state);
    expect([await databases(tenant.id), await marks(tenant.databaseName), await mayLogIn(role)]).toEqual([
      ['own'],
      ['BEFORE'],
      true,
    ]);
    expect((await read(`/backups/${(await state()).result.formerBackupId}`)).status).toBe('DONE');
  });

  it('when tickets are back, and before anybody has written that down, leaves it to another one, which sees that', async () => {
    const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    const inTenant = (sql: string) => connected(urlOf(tenant.databaseName), (client) => client.query(sql));
    await inTenant(`
      UPDATE "TicketCounter" SET "lastNumber" = 1;
      INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById")
      SELECT 1, 'Lost', 'x', "id", "id" FROM "User" ORDER BY "createdAt" LIMIT 1`);
    const { body: backup } = await owner.post(`/tenants/${tenant.id}/backups`);
    await until(
      async () => (await read(`/backups/${backup.id}`)).status === 'DONE',
      () => read(`/backups/${backup.id}`),
    );
    await inTenant('DELETE FROM "Ticket"');
    const written = `SELECT FROM "AuditEvent" WHERE "type" = 'TICKETS_RESTORED_BY_OPERATOR'`;
    const isWritten = async () => (await inTenant(written)).rowCount === 1;
    let id = '';
    const state = () => read(`/restores/${id}`);
    await connected(urlOf(installation.database), async (control) => {
      await connected(urlOf(tenant.databaseName), async (live) => {
        await live.query('BEGIN; LOCK TABLE "AuditEvent" IN EXCLUSIVE MODE');
        const { body } = await owner.post(`/backups/${backup.id}/tickets/restore`, { numbers: [1] });
        ({ id } = body);
        await until(async () => {
          const { rowCount } = await live.query(
            `SELECT FROM pg_locks WHERE NOT granted AND "relation" = '"AuditEvent"'::regclass
                AND "database" = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          );
          return rowCount === 1;
        }, state);
        await control.query('BEGIN; LOCK TABLE "TenantRestore" IN EXCLUSIVE MODE');
        await live.query('COMMIT');
        await until(isWritten, state);
        await kill();
      });
      await control.query('UPDATE "TenantRestore" SET "takes" = 6; COMMIT'); // As often as it may be begun.
    });
    expect(await state()).toMatchObject({ status: 'RUNNING' });
    await startWorker();
    await until(async () => (await state()).status !== 'RUNNING', state);
    expect(await state()).toMatchObject({ status: 'DONE', error: null, tickets: [{ number: 1, outcome: 'RESTORED' }] });
    expect([await isWritten(), await databases(tenant.id)]).toEqual([true, ['own']]);
  });
});
