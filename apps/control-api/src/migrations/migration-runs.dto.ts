import { MigrationRunStatus, MigrationState } from '@helpdeskly/catalog';
import {
  AscendingIntegers,
  CountOrNames,
  DurationField,
  FlagField,
  IntegerField,
  NumberField,
  PageQuery,
  QueryEnumList,
  QuerySort,
  TextList,
} from '@helpdeskly/http';
import { leastAnswers } from './error-rates.js';

export const defaultConcurrency = 5;
/** So many tenants at the same time may be asked for. */
export const mostConcurrency = 50;
const nameForm = /^[A-Za-z0-9-]{2,50}$/;

export class CreateMigrationRunDto {
  @TextList({
    maxItems: 10_000,
    pattern: nameForm,
    optional: true,
    description: 'Ids or slugs. The default is every tenant with a database.',
  })
  readonly tenants?: string[];

  @CountOrNames({
    max: 1000,
    pattern: nameForm,
    optional: true,
    description:
      'This many tenants come first, or the tenants with these ids or slugs. The others begin only when all of these have succeeded.',
  })
  readonly canary?: number | string[];

  @AscendingIntegers({
    min: 1,
    max: 100,
    maxItems: 20,
    optional: true,
    example: [5, 25, 100],
    description:
      'Percents of the tenants that lack something, ascending. The run goes up to each of them in turn, then to the rest, and soaks in between.',
  })
  readonly waves?: number[];

  @DurationField({
    max: '7d',
    optional: true,
    example: '10m',
    description: 'How long the run waits after the canary and after each wave. A dry run never waits.',
  })
  readonly soak?: string;

  @IntegerField({
    min: 1,
    max: mostConcurrency,
    optional: true,
    description: `Tenants at the same time on each database server; without it ${defaultConcurrency}. Beside \`perServer\`: on all servers together; without it ${mostConcurrency}.`,
  })
  readonly concurrency?: number;

  @IntegerField({
    min: 1,
    max: mostConcurrency,
    optional: true,
    description: 'Tenants at the same time on each database server, within `concurrency`.',
  })
  readonly perServer?: number;

  @IntegerField({
    min: 1,
    max: 100_000,
    optional: true,
    description: 'The run begins with at most this many tenants a minute, evenly.',
  })
  readonly pace?: number;

  @NumberField({
    min: 0,
    max: 1,
    optional: true,
    description: `The run halts when the migrated tenants’ share of answers with status 500 and above (\`tenant_upgrading\` aside) is higher by more than this than that of the tenants that wait; in the last stage than their own before. It counts from ${leastAnswers} answers of migrated tenants on.`,
  })
  readonly maxErrorRate?: number;

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

export class ListMigrationCausesQuery extends PageQuery {
  @QuerySort(['count'], '-count')
  readonly sort?: 'count' | '-count';
}
