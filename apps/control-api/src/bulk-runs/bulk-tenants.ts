import { ControlDatabase, type Prisma, type TenantStatus } from '@helpdeskly/catalog';
import { ValidationFailed } from '@helpdeskly/errors';
import { chosen } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { DeedTerms } from '../tenants/tenant-deeds.js';
import { conditionOf } from '../tenants/tenant-filters.js';
import type { BulkItem } from './bulk-item.js';
import { BulkRequests, type Exchange } from './bulk-requests.js';
import type { BulkResultsDto } from './bulk-run.dto.js';
import type { BulkTenantsDto, TenantFiltersDto } from './bulk-tenants.dto.js';

/** The same to many tenants, which are named or found. */
@Injectable()
export class BulkTenants {
  constructor(
    private readonly control: ControlDatabase,
    private readonly requests: BulkRequests,
  ) {}

  /** The results, or the id of a run. Throws ValidationFailed. */
  run(origin: Origin, input: BulkTenantsDto, exchange: Exchange): Promise<BulkResultsDto | string> {
    const { ids, filter, reason, dryRun = false } = input;
    const terms = termsOf(input);
    if (ids === undefined && (filter === undefined || Object.values(filter).every((value) => value === undefined)))
      throw missing(filter === undefined ? 'ids' : 'filter', 'Name tenants by `ids`, or at least one filter.');
    const find = async () => (filter === undefined ? numbered(ids ?? []) : this.found(filter));
    return this.requests.run(exchange, { origin, terms, dryRun, reason }, find);
  }

  private async found(filter: TenantFiltersDto): Promise<BulkItem[]> {
    const rows = await this.control.client.tenant.findMany({
      where: where(filter),
      select: { id: true },
      orderBy: { id: 'asc' },
    });
    return numbered(rows.map(({ id }) => id));
  }
}

/** Throws ValidationFailed for setLimits without limits. */
function termsOf({ action, limits, reason }: BulkTenantsDto): DeedTerms {
  switch (action) {
    case 'suspend':
      return { action, reason };
    case 'setLimits':
      if (limits === undefined || Object.values(limits).every((limit) => limit === undefined))
        throw missing('limits', 'setLimits needs at least one limit.');
      return { action, limits };
    default:
      return { action };
  }
}

const missing = (field: string, message: string) => new ValidationFailed([{ field, code: 'required', message }]);

const numbered = (references: readonly string[]): BulkItem[] =>
  references.map((reference, index) => ({ position: index + 1, reference }));

function where({ status, ...others }: TenantFiltersDto): Prisma.TenantWhereInput {
  const { of, not } = chosen(status ?? []) as { of: TenantStatus[]; not: TenantStatus[] };
  const statuses = { ...(of.length > 0 && { in: of }), ...(not.length > 0 && { notIn: not }) };
  return { AND: [conditionOf(others), { status: statuses }] };
}
