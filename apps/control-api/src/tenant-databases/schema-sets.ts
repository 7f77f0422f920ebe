import { createHash } from 'node:crypto';
import type { ControlClient, ControlDatabase, Prisma, SchemaSet } from '@helpdeskly/catalog';
import { driftOf, type AppliedMigration, type Migration } from '@helpdeskly/migrator';

/** What the catalog knows of a database: its set, or only the last name if nobody has read the set yet. */
export interface KnownSchema {
  readonly schemaSet: { readonly names: readonly string[] } | null;
  readonly schemaVersion: string | null;
}

/** The names of the migrations that a database lacks, in their order. */
export function lackingIn<T extends { readonly name: string }>(
  { schemaSet, schemaVersion }: KnownSchema,
  migrations: readonly T[],
): readonly string[] {
  const names = migrations.map(({ name }) => name);
  if (schemaSet === null) return names.filter((name) => schemaVersion === null || name > schemaVersion);
  const has = new Set(schemaSet.names);
  return names.filter((name) => !has.has(name));
}

/** The last name of a set; it is the tenant's `schemaVersion`. */
export function lastOf(applied: readonly AppliedMigration[]): string | null {
  return applied.reduce<string | null>((last, { name }) => (last === null || name > last ? name : last), null);
}

/** Stores a set unless it is known. Returns its id. */
export async function recordSchemaSet(
  control: ControlClient | Prisma.TransactionClient,
  applied: readonly AppliedMigration[],
): Promise<string> {
  const ordered = [...applied].sort((a, b) => (a.name < b.name ? -1 : 1));
  const id = createHash('sha256')
    .update(ordered.map(({ name, checksum }) => `${name} ${checksum}\n`).join(''))
    .digest('hex');
  const [names, checksums] = [ordered.map(({ name }) => name), ordered.map(({ checksum }) => checksum)];
  await control.$executeRaw`
    INSERT INTO "SchemaSet" ("id", "names", "checksums") VALUES (${id}, ${names}, ${checksums}) ON CONFLICT DO NOTHING`;
  return id;
}

/**
 * The ids of the sets whose databases need nothing for `migrations`: they have all of them, with the same scripts, and
 * no others but those in `known`.
 */
export async function settledSets(
  control: ControlClient | Prisma.TransactionClient,
  migrations: readonly Migration[],
  known: ReadonlySet<string>,
): Promise<string[]> {
  const sets = await control.schemaSet.findMany();
  return sets
    .filter((set) => lackingIn({ schemaSet: set, schemaVersion: null }, migrations).length === 0)
    .filter((set) => driftOf(appliedIn(set), migrations, known) === undefined)
    .map(({ id }) => id);
}

/** The migrations of a set, each with its checksum when it was applied. */
export function appliedIn({ names, checksums }: Pick<SchemaSet, 'names' | 'checksums'>): readonly AppliedMigration[] {
  return names.map((name, index) => ({ name, checksum: checksums[index] ?? '' }));
}

/** How many tenants have each schema; omits tenants without a schema. */
export async function groupBySchema(
  control: ControlDatabase,
): Promise<readonly { readonly schema: KnownSchema; readonly tenants: number }[]> {
  const rows = await control.client.$queryRaw<{ names: string[] | null; schemaVersion: string; tenants: number }[]>`
    SELECT s."names", t."schemaVersion", t."tenants"
      FROM (SELECT "schemaSetId", "schemaVersion", count(*)::int AS "tenants"
              FROM "Tenant" WHERE "schemaVersion" IS NOT NULL GROUP BY 1, 2) AS t
      LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId"`;
  return rows.map(({ names, schemaVersion, tenants }) => ({
    schema: { schemaSet: names === null ? null : { names }, schemaVersion },
    tenants,
  }));
}
