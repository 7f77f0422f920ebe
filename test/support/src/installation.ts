import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAppConfig, readControlConfig, type AppConfig, type ControlConfig } from '@helpdeskly/config';
import { migrate, readMigrations } from '@helpdeskly/migrator';
import pg from 'pg';
import { administrator } from './administrator.js';
import { startPgBouncer, type RunningPgBouncer } from './pgbouncer.js';
import { startRedis, type RunningRedis } from './redis.js';

/** The first operator of every installation that tests make. */
export const owner = { email: 'owner@example.test', password: 'correct horse battery' } as const;

const testServer = () => {
  const url = process.env.HELPDESKLY_TEST_ADMIN_URL;
  if (url === undefined) throw new Error('the global setup of the tests names a server in HELPDESKLY_TEST_ADMIN_URL');
  return url;
};

type Environment = Readonly<Record<string, string>>;

/** What stands between the APIs and PostgreSQL, and beside it. */
interface Servers {
  readonly pgbouncer: RunningPgBouncer;
  readonly redis: RunningRedis;
}

export interface InstallationOptions {
  /** With PgBouncer before tenants' databases, and Redis; by default as HELPDESKLY_TEST_TOPOLOGY says (`pooled`). */
  readonly pooled?: boolean;
  /** With queues for app-api; without, it closes no ticket by itself. */
  readonly appQueues?: boolean;
  /** On an empty control database; without, it has the migrations. */
  readonly empty?: boolean;
  /** With the template of tenants' databases that an installation before it has left behind; it leaves its own to the next one. */
  readonly inheritsTemplate?: boolean;
}

/** Of this worker's installations that are gone and have left their templates, which are named by them. */
const heritable: string[] = [];

/** A control database of a test's own on the tests' server, and the configuration to run on it. */
export class Installation {
  private readonly encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;

  private constructor(
    readonly database: string,
    /** When it runs through PgBouncer and Redis. */
    readonly servers: Servers | undefined,
    private readonly appQueues: boolean,
    private readonly inheritsTemplate: boolean,
  ) {}

  static async create(options: InstallationOptions = {}): Promise<Installation> {
    const { pooled = isPooled(), appQueues = false, empty = false, inheritsTemplate = false } = options;
    const servers = pooled ? await startServers() : undefined;
    const name = `control_test_${randomBytes(6).toString('hex')}`;
    const installation = new Installation(name, servers, appQueues, inheritsTemplate);
    const template = empty ? 'template1' : await migratedDatabase();
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${installation.database} TEMPLATE ${template}`));
    if (!empty) await installation.query('UPDATE "Installation" SET "key" = DEFAULT, "createdAt" = DEFAULT');
    const key = inheritsTemplate ? heritable.pop() : undefined;
    if (key !== undefined) await installation.query('UPDATE "Installation" SET "key" = $1', [key]);
    return installation;
  }

  controlConfig(more: Environment = {}): ControlConfig {
    return readControlConfig({ ...this.environment, ...more });
  }

  appConfig(more: Environment = {}): AppConfig {
    return readAppConfig({ ...this.environment, ...more });
  }

  /** As both apps would be given it; for processes of their own. */
  get environment(): Environment {
    const reader = { name: `${this.database}_reader`, password: 'reader' };
    const queue = { name: `${this.database}_queue`, password: 'queue' };
    return {
      CONTROL_DATABASE_URL: urlOf(this.database),
      CATALOG_DATABASE_URL: urlOf(this.database, reader),
      TENANT_SERVER_ADMIN_URL: urlOf('postgres', administrator),
      ATTACHMENTS_DIR: this.attachmentsFolder,
      BACKUPS_DIR: this.backupsFolder,
      ENCRYPTION_KEYS: this.encryptionKeys,
      BOOTSTRAP_OPERATOR_EMAIL: owner.email,
      BOOTSTRAP_OPERATOR_PASSWORD: owner.password,
      CONTROL_API_PORT: '0',
      APP_API_PORT: '0',
      CONTROL_METRICS_PORT: '0',
      APP_METRICS_PORT: '0',
      LOG_LEVEL: 'silent',
      ...(this.servers === undefined ? {} : environmentOf(this.servers)),
      ...(this.appQueues ? { QUEUE_DATABASE_URL: urlOf(this.database, queue) } : { TICKET_AUTO_CLOSE: '0s' }),
      SESSION_WATCH_INTERVAL: '1h', // It ends sessions of all tenants on the server, other installations' too, by limits of its own.
      TENANT_WARM_DATABASES: '0', // Each test would pay for clones that it does not use.
    };
  }

  /** Where its attachments are, unless it is told otherwise. */
  get attachmentsFolder(): string {
    return join(tmpdir(), 'helpdeskly-attachments', this.database);
  }

  /** Where its backups are, unless it is told otherwise. */
  get backupsFolder(): string {
    return join(tmpdir(), 'helpdeskly-backups', this.database);
  }

  /** Asks the control database. */
  query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return connected(urlOf(this.database), async (client) => (await client.query<Row>(sql, values)).rows);
  }

  /** Drops the tenants' databases and roles, the templates that nobody inherits, and the control database. */
  async remove(): Promise<void> {
    await this.servers?.pgbouncer.stop();
    await this.servers?.redis.stop();
    await rm(this.attachmentsFolder, { recursive: true, force: true });
    await rm(this.backupsFolder, { recursive: true, force: true });
    const tenants = await this.query<{ databaseName: string }>('SELECT "databaseName" FROM "Tenant"');
    const [named] = await this.query<{ key: string }>('SELECT "key" FROM "Installation"');
    await asAdmin(async (admin) => {
      const { rows } = await admin.query<{ datname: string; heritable: boolean }>(
        `SELECT datname, datname LIKE 'helpdeskly\\_template\\_%' AND datistemplate AND NOT datallowconn AS heritable
           FROM pg_database WHERE datname LIKE $1`,
        [`helpdeskly\\_%\\_${named?.key}\\_%`],
      );
      const templates = rows.filter((row) => !(this.inheritsTemplate && row.heritable)).map((row) => row.datname);
      for (const name of templates) await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} IS_TEMPLATE false`);
      for (const name of [...templates, ...tenants.map((row) => row.databaseName), this.database])
        await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      const roles = tenants.flatMap(({ databaseName }) => [`${databaseName}_a`, `${databaseName}_b`]);
      for (const name of [...roles, `${this.database}_reader`, `${this.database}_queue`])
        await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
    });
    if (this.inheritsTemplate && named !== undefined) heritable.push(named.key);
  }
}

const migrationsFolder = fileURLToPath(new URL('../../../prisma/control/migrations', import.meta.url));

/**
 * A database with a control database's migrations, made once on a server and kept there: to copy it takes a tenth of the
 * time. Its name says which migrations; one that is no template yet was left unfinished.
 */
async function migratedDatabase(): Promise<string> {
  const migrations = await readMigrations(migrationsFolder);
  const checksums = migrations.map(({ checksum }) => checksum).join();
  const name = `control_migrated_${createHash('sha256').update(checksums).digest('hex').slice(0, 12)}`;
  await asAdmin(async (admin) => {
    const isMade = async () =>
      (await admin.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [name])).rowCount === 1;
    if (await isMade()) return;
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    if (await isMade()) return;
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.query(`CREATE DATABASE ${name}`);
    await connected(urlOf(name), (client) => migrate(client, migrations));
    await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
  });
  return name;
}

const isPooled = () => process.env.HELPDESKLY_TEST_TOPOLOGY === 'pooled';

async function startServers(): Promise<Servers> {
  const [pgbouncer, redis] = await Promise.all([startPgBouncer(testServer()), startRedis()]);
  return { pgbouncer, redis };
}

function environmentOf({ pgbouncer, redis }: Servers): Environment {
  return {
    TENANT_POOLER_ADDRESS: pgbouncer.address,
    TENANT_POOLER_ADMIN_URL: pgbouncer.adminUrl,
    TENANT_POOLER_USERLIST: pgbouncer.userlist,
    REDIS_URL: redis.url,
  };
}

/** The tests' server by database and, when given, another role than its superuser. */
export function urlOf(database: string, user?: { readonly name: string; readonly password: string }): string {
  const url = new URL(testServer());
  url.pathname = `/${database}`;
  if (user !== undefined) {
    url.username = user.name;
    url.password = user.password;
  }
  return url.href;
}

/** As the superuser of the tests' server. */
export function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  return connected(testServer(), work);
}

export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  client.on('error', () => undefined); // Tests cut connections; what waits for them sees it.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
