import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import pg from 'pg';
import type { DataDir } from './data-dir.js';
import { StartFailed } from './stop.js';

export const controlRole = 'helpdeskly_control';
export const controlDatabase = 'helpdeskly_control';

export interface Database {
  /** Undefined when the environment names servers of its own. */
  readonly adminUrl: string | undefined;
  /** Rejects when the server ends by itself. */
  readonly death: Promise<never>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL in the data directory, unless both URLs of PostgreSQL are given. */
export async function startDatabase(environment: Readonly<Record<string, string | undefined>>, data: DataDir): Promise<Database> {
  if (environment.CONTROL_DATABASE_URL !== undefined && environment.TENANT_SERVER_ADMIN_URL !== undefined) {
    return { adminUrl: undefined, death: new Promise(() => undefined), stop: () => Promise.resolve() };
  }
  const portFile = join(data.folder, 'postgres.port');
  const preferredPort = Number(await readFile(portFile, 'utf8').catch(() => '0')); // Kept from start to start while it is free.
  const server = await startEmbeddedPostgres({ dataDir: join(data.folder, 'postgres'), password: data.secrets.postgresPassword, preferredPort });
  await writeFile(portFile, String(server.port));
  let stopping = false;
  const death = server.ended.then((): never => {
    if (stopping) return undefined as never;
    throw new StartFailed(`PostgreSQL has ended. Its log: ${server.logFile}`);
  });
  death.catch(() => undefined); // Waited for by main.
  if (environment.CONTROL_DATABASE_URL === undefined) await ensureControlDatabase(server.adminUrl, data.secrets.controlPassword);
  return {
    adminUrl: server.adminUrl,
    death,
    stop: () => {
      stopping = true;
      return server.stop();
    },
  };
}

/** The control database and its owner, who may make the role that reads the catalog and nothing else on the server. */
async function ensureControlDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const { rows: roles } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [controlRole]);
    if (roles.length === 0) await client.query(`CREATE ROLE ${controlRole} LOGIN CREATEROLE PASSWORD ${pg.escapeLiteral(password)}`);
    const { rows: databases } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [controlDatabase]);
    if (databases.length === 0) await client.query(`CREATE DATABASE ${controlDatabase} OWNER ${controlRole}`);
  } finally {
    await client.end();
  }
}
