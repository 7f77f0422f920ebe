import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** COPY of a database's tables to files and from them, by one connection, as PostgreSQL's superuser can do it: the server writes and reads the files itself. */
export class BareCopy {
  private constructor(private readonly folder: string) {}

  static async begin(): Promise<BareCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-copy-'));
    await chmod(folder, 0o777); // The server may run as somebody else.
    return new BareCopy(folder);
  }

  async out(client: pg.Client): Promise<void> {
    for (const table of await tablesOf(client))
      await client.query(`COPY ${pg.escapeIdentifier(table)} TO ${this.fileOf(table)}`);
  }

  /** Into tables that are empty, with all of their indexes, in one transaction; neither triggers nor foreign keys cost anything. */
  async into(client: pg.Client): Promise<void> {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    for (const table of await tablesOf(client))
      await client.query(`COPY ${pg.escapeIdentifier(table)} FROM ${this.fileOf(table)}`);
    await client.query('COMMIT');
  }

  async end(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private fileOf(table: string): string {
    return pg.escapeLiteral(join(this.folder, table));
  }
}

/** Empties all of a database's tables, and leaves nothing for a vacuum to do while somebody measures. */
export async function emptied(client: pg.Client): Promise<void> {
  const tables = (await tablesOf(client)).map((table) => pg.escapeIdentifier(table));
  await client.query(`TRUNCATE ${tables.join(', ')} CASCADE`);
  await client.query('CHECKPOINT');
}

/** Those that an archive has. */
export async function tablesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
