import { ArchiveInvalid, type Manifest } from '@helpdeskly/archive';
import { hasChecksum, type Migration } from '@helpdeskly/migrator';

/** The migrations of this build that an archive's database had. Throws ArchiveInvalid if it had others, as one of a newer build has. */
export function schemaOf(
  { manifest }: { readonly manifest: Pick<Manifest, 'migrations'> },
  migrations: readonly Migration[],
): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of manifest.migrations) {
    const migration = known.get(name);
    if (migration === undefined) throw new ArchiveInvalid(`this build does not know its migration ${name}`);
    if (!hasChecksum(migration, checksum)) throw new ArchiveInvalid(`its migration ${name} differs from this build's`);
  }
  const had = new Set(manifest.migrations.map(({ name }) => name));
  return migrations.filter(({ name }) => had.has(name));
}
