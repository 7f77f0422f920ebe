import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One `<name>/migration.sql`; `checksum` is the SHA-256 of the file in hexadecimal, as Prisma writes it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The migrations of a folder, in the order of their names, in which they are applied. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = await migrationNames(folder);
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return Object.freeze({ name, sql: bytes.toString('utf8'), checksum: sha256(bytes) });
    }),
  );
}

/** The names of the migrations in a folder, in their order. */
export async function migrationNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The checksum of the script with LF line endings: the same on every system. */
export function canonicalChecksum({ sql }: Pick<Migration, 'sql'>): string {
  return sha256(withLineEnds(sql, '\n'));
}

/** The checksums under which a database may have recorded a script: as the file is, and with LF or CRLF line endings. */
export function checksumsOf({ sql, checksum }: Pick<Migration, 'sql' | 'checksum'>): readonly string[] {
  return [...new Set([checksum, ...['\n', '\r\n'].map((end) => sha256(withLineEnds(sql, end)))])];
}

/**
 * Whether a recorded checksum is this migration's, with CRLF or LF line endings. Source: Prisma's
 * `script_matches_checksum`.
 */
export function hasChecksum(migration: Pick<Migration, 'sql' | 'checksum'>, recorded: string): boolean {
  return recorded === migration.checksum || checksumsOf(migration).includes(recorded);
}

function withLineEnds(text: string, end: string): string {
  return text.split(/\r?\n/).join(end);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
