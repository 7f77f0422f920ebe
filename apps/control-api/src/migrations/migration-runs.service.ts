import { ControlDatabase, type MigrationRun, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { countTenants, viewRun, viewTenantMigration } from './migration-run-view.js';
import type { MigrationRunDto, TenantMigrationDto } from './migration-run.dto.js';
import type { ListMigrationRunsQuery, ListTenantMigrationsQuery } from './migration-runs.dto.js';

/** Reads migration runs and their tenants' results. */
@Injectable()
export class MigrationRuns {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  list(query: ListMigrationRunsQuery): Promise<Page<MigrationRunDto>> {
    const { migrationRun } = this.control.client;
    return this.lists.page(query, {
      route: 'migration-runs',
      filters: query.status === undefined ? {} : { status: { in: query.status } },
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.MigrationRunWhereInput>) => {
        const runs = await migrationRun.findMany(page);
        const counts = await countTenants(
          this.control,
          runs.map(({ id }) => id),
        );
        return runs.map((run) => ({ ...run, counts: counts.get(run.id) }));
      },
      count: (where) => migrationRun.count({ where }),
      view: (run) => viewRun(run, run.counts),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<MigrationRunDto> {
    const run = await this.row(id);
    return viewRun(run, (await countTenants(this.control, [run.id])).get(run.id));
  }

  /** Throws NotFound. */
  async tenants(id: string, query: ListTenantMigrationsQuery): Promise<Page<TenantMigrationDto>> {
    const run = await this.row(id);
    const runId = run.id;
    const { tenantMigration } = this.control.client;
    return this.lists.page(query, {
      route: 'migration-runs/tenants',
      filters: { runId, ...(query.state === undefined ? {} : { state: { in: query.state } }) },
      sort: query.sort ?? 'position',
      find: (page: PageArguments<Prisma.TenantMigrationWhereInput>) =>
        tenantMigration.findMany({ ...page, include: { tenant: { select: { slug: true } } } }),
      count: (where) => tenantMigration.count({ where }),
      view: (row) => viewTenantMigration(run, row),
    });
  }

  /** Throws NotFound. */
  async row(id: string): Promise<MigrationRun> {
    const run = isUuid(id) ? await this.control.client.migrationRun.findUnique({ where: { id } }) : null;
    if (run === null) throw new NotFound('migration run');
    return run;
  }
}
