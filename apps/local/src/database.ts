import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { becomesReady, prepareTenantServer, startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import pg from 'pg';
import { asUser, inDatabase } from './database-url.js';
import type { DataDir } from './data-dir.js';
import { delay } from './progress.js';
import { StartFailed } from './stop.js';

const controlRole = 'helpdeskly_control';
const controlDatabase = 'helpdeskly_control';
/** What gives the audit trail to a role that is nobody's. */
const auditScript = new URL('../../../prisma/control/audit.sql', import.meta.url);

export interface Database {
  /** The control database, as its owner. */
  readonly controlUrl: string;
  /** The server of tenants' databases, as the administrator that the services are given. */
  readonly adminUrl: string;
  /** The same as whoever looks at it from this host: the superuser of an embedded server. */
  readonly inspectionUrl: string;
  /** Rejects when the embedded server ends by itself. */
  readonly death: Promise<never>;
  stop(): Promise<void>;
}

/**
 * The servers that the environment names; for either that it does not name, a PostgreSQL in the data directory. One that is
 * only starting is waited for until `signal` comes.
 */
export async function startDatabase(
  given: Readonly<Record<string, string | undefined>>,
  data: DataDir,
  signal: AbortSignal,
): Promise<Database> {
  const { CONTROL_DATABASE_URL: controlUrl, TENANT_SERVER_ADMIN_URL: adminUrl } = given;
  // One that is away is told of by the services.
  for (const [name, url] of Object.entries({ CONTROL_DATABASE_URL: controlUrl, TENANT_SERVER_ADMIN_URL: adminUrl }))
    if (url !== undefined) await becomesReady(url, { onWait: delay(`PostgreSQL of ${name}`), signal }, 0);
  signal.throwIfAborted();
  if (controlUrl !== undefined && adminUrl !== undefined) {
    return {
      controlUrl,
      adminUrl,
      inspectionUrl: adminUrl,
      death: new Promise(() => undefined),
      stop: () => Promise.resolve(),
    };
  }
  const portFile = join(data.folder, 'postgres.port');
  const preferredPort = Number(await readFile(portFile, 'utf8').catch(() => '0')); // Kept from start to start while it is free.
  const server = await startEmbeddedPostgres({
    dataDir: join(data.folder, 'postgres'),
    password: data.secrets.postgresPassword,
    preferredPort,
    onWait: delay('PostgreSQL'),
    signal,
    ...(given.POSTGRES_WAL_LEVEL === undefined ? {} : { settings: { wal_level: given.POSTGRES_WAL_LEVEL } }),
  });
  let stopping = false;
  const stop = () => {
    stopping = true;
    return server.stop();
  };
  const death = server.ended.then((): never => {
    if (stopping) return undefined as never;
    throw new StartFailed(`PostgreSQL has ended. Its log: ${server.logFile}`);
  });
  death.catch(() => undefined); // Waited for by main.
  const { secrets } = data;
  try {
    await writeFile(portFile, String(server.port));
    return {
      controlUrl: controlUrl ?? (await ensureControlDatabase(server.adminUrl, secrets.controlPassword)),
      adminUrl: adminUrl ?? (await prepareTenantServer(server.adminUrl, secrets.tenantAdminPassword)),
      inspectionUrl: adminUrl ?? server.adminUrl,
      death,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The control database and the services' role in it, who may make the role that reads the catalog and nothing else on the
 * server. Answers its URL.
 */
async function ensureControlDatabase(superuserUrl: string, password: string): Promise<string> {
  const client = new pg.Client(superuserUrl);
  await client.connect();
  try {
    const { rows: roles } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [controlRole]);
    if (roles.length === 0)
      await client.query(`CREATE ROLE ${controlRole} LOGIN CREATEROLE PASSWORD ${pg.escapeLiteral(password)}`);
    const { rows: databases } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [controlDatabase]);
    if (databases.length === 0) await client.query(`CREATE DATABASE ${controlDatabase} OWNER ${controlRole}`);
  } finally {
    await client.end();
  }
  const keeper = new pg.Client(inDatabase(superuserUrl, controlDatabase));
  await keeper.connect();
  try {
    await keeper.query(await readFile(auditScript, 'utf8'));
  } finally {
    await keeper.end();
  }
  return inDatabase(asUser(superuserUrl, controlRole, password), controlDatabase);
}
