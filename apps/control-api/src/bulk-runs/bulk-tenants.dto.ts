import { TenantStatus } from '@helpdeskly/catalog';
import {
  Agreeing,
  FlagField,
  Nested,
  OneOf,
  QueryChoice,
  Text,
  TextList,
  UuidField,
  ValuesField,
  type FilterRule,
} from '@helpdeskly/http';
import { LimitsInput } from '../plans/limits.dto.js';
import { BulkAction } from './bulk-run.dto.js';

const mostNamed = 10_000;

const statuses = Object.values(TenantStatus);
const statusRule: FilterRule = {
  normalise: (value) => value.toUpperCase(),
  accepts: (value) => statuses.some((status) => status === value),
  says: `one of ${statuses.join(', ')}`,
  schema: { type: 'string', enum: statuses },
};

/** The filters of GET /tenants. */
export class TenantFiltersDto {
  @ValuesField(statusRule)
  readonly status?: string | readonly string[];

  @Text({ max: 50, optional: true })
  readonly plan?: string;

  @UuidField({ optional: true })
  readonly serverId?: string;

  @Text({ max: 200, optional: true, description: 'A part of the slug or of the name, in any case.' })
  readonly q?: string;

  @Text({ max: 255, optional: true, description: 'The name of the last migration.' })
  readonly schemaVersion?: string;
}

export class BulkTenantsDto {
  @OneOf(BulkAction, { name: 'BulkAction' })
  readonly action!: keyof typeof BulkAction;

  @TextList({
    optional: true,
    minItems: 1,
    maxItems: mostNamed,
    pattern: /^[A-Za-z0-9-]{1,50}$/,
    description: `Ids or slugs, at most ${mostNamed} as sent. Send either \`ids\` or \`filter\`.`,
  })
  readonly ids?: readonly string[];

  @Agreeing(
    ({ ids }) =>
      ids === undefined
        ? undefined
        : ['conflict', 'Tenants are named by `ids`, or found by `filter`: send one of them.'],
    Nested(() => TenantFiltersDto, {
      optional: true,
      description: 'Filters of GET /tenants, at least one. They are applied once, when the request arrives.',
    }),
  )
  readonly filter?: TenantFiltersDto;

  @Agreeing(
    ({ action }) => (action === 'setLimits' ? undefined : ['conflict', 'Limits go with the action setLimits alone.']),
    Nested(() => LimitsInput, { optional: true, description: 'With setLimits: the same as in PATCH /tenants/{id}.' }),
  )
  readonly limits?: LimitsInput;

  @Text({
    max: 500,
    optional: true,
    nullable: true,
    description: 'Stands in the audit trail; with suspend it is the statusReason of each tenant.',
  })
  readonly reason?: string | null;

  @FlagField({ optional: true, description: 'Says what would be done to each tenant, and does nothing.' })
  readonly dryRun?: boolean;
}

export class ImportTenantsQuery {
  @QueryChoice(['true', 'false'], {
    default: 'false',
    description: 'With true: says of each row whether it would be refused and why, and creates nothing.',
  })
  readonly dryRun?: 'true' | 'false';
}
