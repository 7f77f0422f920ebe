import { MigrationRunStatus, MigrationState } from '@helpdeskly/catalog';
import { FlagField, IntegerField, PageQuery, QueryEnumList, QuerySort, TextList } from '@helpdeskly/http';

export const defaultConcurrency = 5;

export class CreateMigrationRunDto {
  @TextList({
    maxItems: 10_000,
    pattern: /^[A-Za-z0-9-]{2,50}$/,
    optional: true,
    description: 'Ids or slugs. The default is every tenant with a database.',
  })
  readonly tenants?: string[];

  @IntegerField({
    min: 1,
    max: 1000,
    optional: true,
    description: 'This many tenants come first. The others begin only when all of these have succeeded.',
  })
  readonly canary?: number;

  @IntegerField({
    min: 1,
    max: 50,
    optional: true,
    description: `Tenants at the same time on each database server; without it ${defaultConcurrency}.`,
  })
  readonly concurrency?: number;

  @IntegerField({
    min: 1,
    max: 1_000_000,
    optional: true,
    description:
      'The run halts when this many tenants have failed or drifted. It never has more tenants under way than may still fail. The default is never.',
  })
  readonly maxFailures?: number;

  @FlagField({ optional: true, description: 'Only report what each tenant lacks.' })
  readonly dryRun?: boolean;
}

export class ListMigrationsQuery extends PageQuery {
  @QuerySort(['name'], 'name')
  readonly sort?: 'name' | '-name';
}

export class ListMigrationRunsQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';

  @QueryEnumList(MigrationRunStatus, { name: 'MigrationRunStatus' })
  readonly status?: MigrationRunStatus[];
}

export class ListTenantMigrationsQuery extends PageQuery {
  @QuerySort(['position'], 'position')
  readonly sort?: 'position' | '-position';

  @QueryEnumList(MigrationState, { name: 'MigrationState' })
  readonly state?: MigrationState[];
}
