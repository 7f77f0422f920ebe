import { ensureCatalogRole, ensureQueueRole } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { onceItServes } from '@helpdeskly/database';
import { migrate, readMigrations } from '@helpdeskly/migrator';
import { appQueueSchema, prepareQueues } from '@helpdeskly/queue';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { weaknessesOfAuditLock } from '../audit/audit-lock.js';
import { controlMigrationsDir } from '../folders.js';
import { migratorName } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { closeToPublic } from '../tenant-databases/server-roles.js';
import { ControlDatabaseNotices } from './control-database-notices.js';

const log = new Logger('Startup');

/**
 * Brings an empty or older control database up to date: its tables, its roles, its queues. Repeatable, and from
 * several processes at once. It waits for a server that is starting.
 */
export async function prepareControlDatabase(config: ControlConfig): Promise<ControlDatabaseNotices> {
  const client = await onceItServes(
    () => connect(config.controlDatabaseUrl),
    (sentence) => log.warn(sentence),
  );
  try {
    await migrate(client, await readMigrations(controlMigrationsDir));
    const { catalogDatabaseUrl } = config;
    if (catalogDatabaseUrl !== undefined) await despiteContention(() => ensureCatalogRole(client, catalogDatabaseUrl));
    if (config.redisUrl === undefined) await prepareQueuesHere(client, config.queueDatabaseUrl);
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    const names = rows.map(({ name }) => name);
    const reports = await closeToPublic(client, names);
    return new ControlDatabaseNotices(reports, await weaknessesOfAuditLock(client));
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: migratorName });
  client.on('error', () => undefined); // The interrupted query throws.
  await client.connect();
  return client;
}

/** The control plane's queues, and app-api's if it has a role for them. */
async function prepareQueuesHere(client: Client, queueDatabaseUrl: string | undefined): Promise<void> {
  await prepareQueues(client);
  if (queueDatabaseUrl === undefined) return;
  await prepareQueues(client, appQueueSchema);
  await despiteContention(() => ensureQueueRole(client, queueDatabaseUrl, appQueueSchema));
}
