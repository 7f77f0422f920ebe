import { ControlDatabase } from '@helpdeskly/catalog';
import { Cursors, type Page } from '@helpdeskly/http';
import { declarationsOf } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { MigrationDto } from './migration-run.dto.js';
import type { ListMigrationsQuery } from './migration-runs.dto.js';
import { groupBySchema, lackingIn } from '../tenant-databases/schema-sets.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { readFolder } from './target-schema.js';

/** The migrations in their folder, and how many tenants have each. */
@Injectable()
export class MigrationList {
  constructor(
    private readonly control: ControlDatabase,
    private readonly cursors: Cursors,
    private readonly migrations: TenantMigrations,
  ) {}

  async list(query: ListMigrationsQuery): Promise<Page<MigrationDto>> {
    const sort = query.sort ?? 'name';
    const scope = ['migrations', sort];
    const request = this.cursors.request(query, scope);
    const [migrations, groups] = await Promise.all([readFolder(this.migrations), groupBySchema(this.control)]);
    const ordered = sort === 'name' ? migrations : [...migrations].reverse();
    const after = request.after?.[0];
    const isNext = (name: string) => typeof after !== 'string' || (sort === 'name' ? name > after : name < after);
    const tenantsWith = (name: string) =>
      groups.reduce(
        (sum, { schema, tenants }) => (lackingIn(schema, [{ name }]).length === 0 ? sum + tenants : sum),
        0,
      );
    return this.cursors.page(
      ordered.filter(({ name }) => isNext(name)).slice(0, request.limit + 1),
      request,
      scope,
      ({ name }) => [name],
      ({ name, checksum, sql }) => ({ name, checksum, ...declarationsOf(sql), tenants: tenantsWith(name) }),
      request.total ? migrations.length : undefined,
    );
  }
}
