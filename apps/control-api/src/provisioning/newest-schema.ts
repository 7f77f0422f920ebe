import { ControlDatabase } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { TargetSchema } from '../migrations/target-schema.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** Raised when a new tenant has a schema that every other tenant has left behind. Provisioning then makes it with the newer one. */
export class SchemaMovedOn extends Error {
  constructor(migration: string) {
    super(`Tenants get the migration ${migration} meanwhile.`);
    this.name = 'SchemaMovedOn';
  }
}

/**
 * Throws SchemaMovedOn if a migration run for every tenant applies more than `used`, as soon as this process can read those
 * migrations too and a template has shown that they apply. A run that ends later finds the tenant by itself.
 */
export async function assertNewestSchema(
  control: ControlDatabase,
  migrations: TenantMigrations,
  used: readonly Migration[],
): Promise<void> {
  const run = await control.client.migrationRun.findFirst({
    where: { everyTenant: true, dryRun: false },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { migrations: true },
  });
  const has = new Set(used.map(({ name }) => name));
  const target = (run?.migrations ?? []) as unknown as TargetSchema;
  const missing = target.map(({ name }) => name).filter((name) => !has.has(name));
  if (missing.length === 0) return;
  const readable = new Set((await migrations.refresh()).map(({ name }) => name));
  const proven = await control.client.schemaSet.findMany({
    where: { templateAt: { not: null }, names: { hasSome: missing } },
    select: { names: true },
  });
  const newest = missing.findLast((name) => readable.has(name) && proven.some(({ names }) => names.includes(name)));
  if (newest !== undefined) throw new SchemaMovedOn(newest);
}

/** The same, by what this process knows. */
@Injectable()
export class NewestSchema {
  constructor(
    private readonly control: ControlDatabase,
    private readonly migrations: TenantMigrations,
  ) {}

  /** Throws SchemaMovedOn. */
  assert(used: readonly Migration[]): Promise<void> {
    return assertNewestSchema(this.control, this.migrations, used);
  }
}
