import {
  ArchiveInvalid,
  closeAbruptly,
  connectToCopy,
  copyInto,
  fingerprint,
  nameOf,
  setSequences,
  type DatabaseText,
  type TextTable,
} from '@helpdeskly/archive';
import { keysInUse, sealedColumns, UnknownEncryptionKey, type KeyInUse, type Secrets } from '@helpdeskly/catalog';
import { appliedMigrations, migrate, readMigrations, type Migration } from '@helpdeskly/migrator';
import type { Client } from 'pg';
import { schemaOf } from '../archives/archive-schema.js';
import { controlMigrationsDir } from '../folders.js';
import { openPlainConnection } from '../server-connections/copy-connection.js';
import { hasColumns, openArchive, type ControlHead } from './control-archive.js';
import { tables } from './control-backup.js';
import { AuditTrailLocked, ControlDatabaseInUse, RestoredAndOlder } from './errors.js';
import { settleRestored, type Settled } from './settle-restored.js';
import { assertUnused } from './unused.js';

/** The control database that is restored. */
export interface RestoreTarget {
  readonly url: string;
  /** A superuser's, where the audit trail is locked. */
  readonly adminUrl: string | undefined;
}

export interface Restored extends Settled {
  readonly takenAt: string;
}

/**
 * Restores an archive into an empty control database. `open` begins to read it; all of it is read before anything is changed, and its rows
 * come in one transaction. What may be left of a restore that fails is empty tables. Throws ArchiveInvalid, ControlDatabaseInUse,
 * AuditTrailLocked, RestoredAndOlder, and what `open` throws.
 */
export async function restoreControlDatabase(
  { url, adminUrl }: RestoreTarget,
  secrets: Secrets,
  open: () => Promise<AsyncIterable<Buffer>>,
  migrations?: readonly Migration[],
): Promise<Restored> {
  const ours = migrations ?? (await readMigrations(controlMigrationsDir));
  const { head } = await checked(await openArchive(secrets, await open()));
  const had = schemaOf({ manifest: head }, ours);
  const main = await openPlainConnection(url);
  try {
    await assertEmpty(main, had);
    await migrate(main, had);
    const settled = await fill(adminUrl ?? url, secrets, await openArchive(secrets, await open()));
    await migrate(main, ours).catch((error: unknown) => {
      throw new RestoredAndOlder(error);
    });
    return { takenAt: head.takenAt, ...settled };
  } finally {
    await main.end();
  }
}

/** Reads all of it, and changes nothing. */
async function checked(text: DatabaseText<ControlHead>): Promise<DatabaseText<ControlHead>> {
  await text.read(async (_, rows) => {
    for await (const chunk of rows) void chunk;
    return undefined;
  });
  return text;
}

/** It may have the archive's tables, if nothing is in them but what the migrations put there. */
async function assertEmpty(client: Client, had: readonly Migration[]): Promise<void> {
  const names = new Set(had.map(({ name }) => name));
  const applied = await appliedMigrations(client);
  const other = applied.find(({ name }) => !names.has(name));
  if (other !== undefined) throw new ControlDatabaseInUse(`the migration ${other.name}, which the archive has not`);
  if (applied.length > 0) return assertUnused(client);
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> '_prisma_migrations' LIMIT 1`,
  );
  if (rows[0] !== undefined) throw new ControlDatabaseInUse(`the table ${rows[0].name}`);
}

/** All of it, or nothing. */
async function fill(url: string, secrets: Secrets, text: DatabaseText<ControlHead>): Promise<Settled> {
  const client = await connectToCopy(() => openPlainConnection(url));
  try {
    const { head } = text;
    const namesOf = (listed: readonly TextTable[]) => listed.map((table) => nameOf(client, table)).join(', ');
    await client.query('BEGIN');
    await assertFits(client, head);
    await assertMayFill(client);
    await client.query(`LOCK TABLE ${namesOf(head.tables)} IN SHARE ROW EXCLUSIVE MODE`);
    await assertUnused(client);
    const seeded = head.tables.filter(({ schema }) => schema === 'public');
    await client.query(`TRUNCATE ${namesOf(seeded)}`);
    await text.read((table, rows) => copyInto(client, table, rows));
    // The audit trail cannot be emptied first: where a former try has left room, its rows lie in another order.
    await text.assertSame(seeded, (table) => fingerprint(client, table));
    for (const [schema, sequences] of Object.entries(head.sequences)) await setSequences(client, sequences, schema);
    await assertReadable(client, secrets, head);
    const settled = await settleRestored(client, head);
    await client.query('COMMIT');
    return settled;
  } finally {
    closeAbruptly(client); // In the middle of a COPY it would never end by itself.
  }
}

/** The migrations that the archive lists made these tables. */
async function assertFits(client: Client, { tables: archived }: ControlHead): Promise<void> {
  const keyOf = ({ schema, name, columns }: TextTable) => `${schema}.${name}(${[...columns].sort().join()})`;
  const here = new Set((await tables(client)).map(keyOf));
  const wrong = archived.find((table) => !here.has(keyOf(table)));
  if (wrong !== undefined) throw new ArchiveInvalid(`${wrong.name} has other columns than its schema says`);
  if (here.size !== archived.length) throw new ArchiveInvalid('it lacks tables that its schema says');
}

async function assertMayFill(client: Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT has_table_privilege('"audit"."AuditEvent"', 'INSERT') AND has_sequence_privilege('"audit"."AuditEvent_seq_seq"', 'UPDATE') AS "may"`,
  );
  if (rows[0]?.may !== true) throw new AuditTrailLocked();
}

/** Otherwise the control API would refuse to start. */
async function assertReadable(client: Client, secrets: Secrets, head: ControlHead): Promise<void> {
  const known = sealedColumns.filter(({ table, column }) => hasColumns(head, table, [column]));
  const { rows } = await client.query<KeyInUse>(keysInUse('control', known));
  try {
    secrets.assertHolds(rows.map(({ id }) => id));
  } catch (error) {
    if (!(error instanceof UnknownEncryptionKey)) throw error;
    throw new ArchiveInvalid(
      `its secrets were encrypted with the key ${error.keyId}, which ENCRYPTION_KEYS does not hold`,
    );
  }
}
