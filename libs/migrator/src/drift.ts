import type { Drift } from './errors.js';
import type { AppliedMigration } from './history.js';
import { hasChecksum, type Migration } from './migrations.js';

/**
 * Why a database with the migrations `applied` cannot be brought to `migrations`; undefined if nothing prevents it. It may also
 * have migrations in `known` (any, if that is undefined, since a newer build may have been there); but never one whose script is
 * among `migrations` under another name.
 */
export function driftOf(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
  known?: ReadonlySet<string>,
): Drift | undefined {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  const has = new Set(applied.map(({ name }) => name));
  const changed: string[] = [];
  const unknown: Drift['unknown'][number][] = [];
  for (const { name, checksum } of applied) {
    const file = files.get(name);
    if (file !== undefined) {
      if (!hasChecksum(file, checksum)) changed.push(name);
      continue;
    }
    const now = migrations.find((migration) => !has.has(migration.name) && hasChecksum(migration, checksum))?.name;
    if (now !== undefined || known?.has(name) === false) unknown.push({ name, now });
  }
  return changed.length + unknown.length === 0 ? undefined : { changed, unknown };
}
