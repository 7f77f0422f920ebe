import { connectToCopy, databaseText, nameOf, sequencesOf, tablesOf, type TextTable } from '@helpdeskly/archive';
import type { Secrets } from '@helpdeskly/catalog';
import { appliedMigrations } from '@helpdeskly/migrator';
import type { Client } from 'pg';
import { archivedSchemas, sealArchive, type ControlHead } from './control-archive.js';
import { openPlainConnection } from '../server-connections/copy-connection.js';

/** What was backed up. */
export interface BackedUp {
  readonly takenAt: string;
  readonly tenants: number;
}

/** Hands the archive of a control database to `store`, as of one moment, and records it. */
export async function backUpControlDatabase(
  url: string,
  secrets: Secrets,
  store: (installation: string, archive: AsyncIterable<Buffer>) => Promise<string>,
): Promise<BackedUp & { readonly place: string }> {
  const client = await connectToCopy(() => openPlainConnection(url));
  try {
    const names = (await tables(client)).map((table) => nameOf(client, table)); // Within the transaction it would begin the snapshot.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Before the snapshot: a table that is rewritten in between would look empty in it.
    await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`);
    const head = await headOf(client);
    const place = await store(head.installation, sealArchive(secrets, databaseText(client, head)));
    const { rows } = await client.query<{ tenants: number }>('SELECT count(*)::int AS "tenants" FROM "Tenant"');
    await client.query('COMMIT');
    const { takenAt } = head;
    await client.query(
      `INSERT INTO "audit"."AuditEvent" ("action", "actorType", "details") VALUES ('control_database.backed_up', 'SYSTEM', $1)`,
      [{ place, takenAt }],
    );
    return { takenAt, place, tenants: rows[0]?.tenants ?? 0 };
  } finally {
    await client.end();
  }
}

async function headOf(client: Client): Promise<ControlHead> {
  const { rows } = await client.query<Pick<ControlHead, 'installation' | 'takenAt' | 'lsn' | 'serverVersion'>>(
    `SELECT (SELECT "key" FROM "Installation") AS "installation", pg_current_wal_lsn()::text AS "lsn",
            to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "takenAt",
            split_part(current_setting('server_version'), ' ', 1) AS "serverVersion"`,
  );
  const sequences = Object.fromEntries(
    await Promise.all(archivedSchemas.map(async (schema) => [schema, await sequencesOf(client, schema)] as const)),
  );
  const [facts] = rows as [(typeof rows)[number]];
  return { format: 1, ...facts, migrations: await appliedMigrations(client), tables: await tables(client), sequences };
}

/** Those of the audit trail come last, which refer to nothing. */
export async function tables(client: Client): Promise<readonly TextTable[]> {
  const found: TextTable[] = [];
  for (const schema of archivedSchemas)
    for (const { name, columns } of await tablesOf(client, schema)) found.push({ schema, name, columns });
  return found;
}
