import type { Client } from 'pg';
import type { Archive } from './archive.js';
import { copyIn, fingerprint } from './copy.js';
import { ArchiveInvalid } from './errors.js';
import { Filling, type LoadTarget } from './fill.js';
import type { ArchivedTable } from './manifest.js';
import { tablesOf } from './tables.js';

/**
 * Fills a database from an archive, and compares what it holds then with the archive, row for row. If it throws, drop the database: it
 * is of no use. Throws ArchiveInvalid, StorageUnavailable.
 */
export async function loadArchive(archive: Archive, target: LoadTarget): Promise<void> {
  const { tables, sequences } = archive.manifest;
  const filling = await Filling.begin(target, (main) => assertFits(main, tables));
  try {
    await filling.share(byBytes(tables), async (client, table) => {
      const rows = await copyIn(client, table, archive.rows(table));
      if (rows !== table.rows) throw new ArchiveInvalid(`${table.name} has ${rows} rows instead of ${table.rows}`);
    });
    await filling.settle(sequences);
    await filling.share(byBytes(tables), compare);
    await filling.end();
  } catch (error) {
    filling.abandon();
    throw error;
  }
}

async function compare(client: Client, table: ArchivedTable): Promise<void> {
  const found = await fingerprint(client, table);
  if (found.rows !== table.rows || found.sha256 !== table.sha256)
    throw new ArchiveInvalid(`${table.name} holds other rows after the restore than in the archive`);
}

/** Tables and columns are those that the archive names: its migrations were applied here. */
async function assertFits(client: Client, tables: readonly ArchivedTable[]): Promise<void> {
  const here = new Map((await tablesOf(client)).map(({ name, columns }) => [name, [...columns].sort().join()]));
  const wrong = tables.find(({ name, columns }) => here.get(name) !== [...columns].sort().join());
  if (wrong !== undefined) throw new ArchiveInvalid(`${wrong.name} has other columns than its schema says`);
  if (here.size !== tables.length) throw new ArchiveInvalid('it lacks tables that its schema says');
}

function byBytes(tables: readonly ArchivedTable[]): readonly ArchivedTable[] {
  return [...tables].sort((a, b) => b.bytes - a.bytes);
}
