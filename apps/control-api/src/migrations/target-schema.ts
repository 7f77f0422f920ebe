import { ServiceUnavailable } from '@helpdeskly/errors';
import { canonicalChecksum, hasChecksum, type Migration } from '@helpdeskly/migrator';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** What a run stores about the migrations that it applies. */
export type TargetSchema = readonly { readonly name: string; readonly checksum: string }[];

/** The current migrations. Throws ServiceUnavailable if their folder cannot be read. */
export async function readFolder(migrations: TenantMigrations): Promise<readonly Migration[]> {
  try {
    return await migrations.refresh();
  } catch (error) {
    throw new ServiceUnavailable("The folder of tenants' migrations cannot be read.", error);
  }
}

export function targetOf(migrations: readonly Migration[]): TargetSchema {
  return migrations.map((migration) => ({ name: migration.name, checksum: canonicalChecksum(migration) }));
}

/** The migrations that a run applies, and the names that a tenant may have besides: this build's own. */
export interface RunScripts {
  readonly scripts: readonly Migration[];
  readonly known: ReadonlySet<string>;
}

/**
 * The scripts of a target: `missing` if this build does not have all of them (a newer one will), `changed` if a file
 * is no longer what the run must apply.
 */
export function scriptsOf(
  target: TargetSchema,
  migrations: readonly Migration[],
): RunScripts | { readonly missing: string } | { readonly changed: string } {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const missing = target.find(({ name }) => !byName.has(name));
  if (missing !== undefined) return { missing: missing.name };
  const changed = target.find(({ name, checksum }) => {
    const file = byName.get(name);
    return file !== undefined && !hasChecksum(file, checksum);
  });
  if (changed !== undefined) return { changed: changed.name };
  const wanted = new Set(target.map(({ name }) => name));
  return { scripts: migrations.filter(({ name }) => wanted.has(name)), known: new Set(byName.keys()) };
}
