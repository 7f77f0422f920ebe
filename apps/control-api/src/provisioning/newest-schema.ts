import type { ControlDatabase } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import type { TargetSchema } from '../migrations/target-schema.js';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** Raised when a tenant would come to life with a schema that every other one has left behind. It is made again by the new one. */
export class SchemaMovedOn extends Error {
  constructor(schemaVersion: string) {
    super(`Tenants are brought to the schema ${schemaVersion} meanwhile.`);
    this.name = 'SchemaMovedOn';
  }
}

/**
 * Throws SchemaMovedOn when a migration run for every tenant goes further than `used`, as soon as this process can read
 * those migrations too. A run that ends later finds the tenant by itself.
 */
export async function assertNewestSchema(
  control: ControlDatabase,
  migrations: TenantMigrations,
  used: readonly Migration[],
): Promise<void> {
  const last = used.at(-1)?.name ?? '';
  const run = await control.client.migrationRun.findFirst({
    where: { everyTenant: true, dryRun: false },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { migrations: true },
  });
  const target = (run?.migrations as unknown as TargetSchema | undefined)?.at(-1)?.name ?? '';
  if (target <= last) return;
  const newest = (await migrations.refresh()).findLast(({ name }) => name <= target)?.name ?? '';
  if (newest > last) throw new SchemaMovedOn(newest);
}
