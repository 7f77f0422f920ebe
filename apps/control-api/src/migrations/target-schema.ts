import { ServiceUnavailable } from '@helpdeskly/errors';
import type { Migration } from '@helpdeskly/migrator';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** What a run keeps of the migrations that it applies. */
export type TargetSchema = readonly { readonly name: string; readonly checksum: string }[];

/** The migrations as they are now. Throws ServiceUnavailable when their folder cannot be read. */
export async function readFolder(migrations: TenantMigrations): Promise<readonly Migration[]> {
  try {
    return await migrations.refresh();
  } catch (error) {
    throw new ServiceUnavailable("The folder of tenants' migrations cannot be read.", error);
  }
}

export function targetOf(migrations: readonly Migration[]): TargetSchema {
  return migrations.map(({ name, checksum }) => ({ name, checksum }));
}

/**
 * The scripts of a target: `missing` when this build does not have all of them (a newer one will), `changed` when a file
 * is no longer what the run was asked to apply.
 */
export function scriptsOf(
  target: TargetSchema,
  migrations: readonly Migration[],
): { readonly scripts: readonly Migration[] } | { readonly missing: string } | { readonly changed: string } {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const missing = target.find(({ name }) => !byName.has(name));
  if (missing !== undefined) return { missing: missing.name };
  const changed = target.find(({ name, checksum }) => byName.get(name)?.checksum !== checksum);
  if (changed !== undefined) return { changed: changed.name };
  return { scripts: migrations.filter(({ name }) => target.some((each) => each.name === name)) };
}
