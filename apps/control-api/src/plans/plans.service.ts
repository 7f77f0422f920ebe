import { ControlDatabase, type Plan, type Prisma } from '@helpdeskly/catalog';
import { isUniqueViolation, likeLiteral } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { assertVersion, isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { PlanInUse, PlanNameTaken } from './errors.js';
import type { ChangePlanDto, CreatePlanDto, ListPlansQuery, PlanDto } from './plan.dto.js';
import { planChanges, plannedOf } from './plan-changes.js';
import { defaultPlan, lockPlans } from './plan-locks.js';
import { PlanTenants } from './plan-tenants.js';

interface PlanRow extends Plan {
  readonly _count: { readonly tenants: number };
}

const counted = { _count: { select: { tenants: true } } } as const;

/** What tenants can buy: limits and features, by name. */
@Injectable()
export class Plans {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly tenants: PlanTenants,
  ) {}

  /** Throws PlanNameTaken. */
  create(origin: Origin, { name, ...input }: CreatePlanDto): Promise<PlanDto> {
    return orNameTaken(name, () =>
      this.control.transaction(async (tx) => {
        const planned = plannedOf(input);
        const { id } = await tx.plan.create({ data: { name, ...planned } });
        const details = { id, name, ...(input.limits && { limits: { ...input.limits } }), features: planned.features };
        await recordEvent(tx, origin, { action: 'plan.created', details });
        return this.find(id);
      }),
    );
  }

  list(query: ListPlansQuery): Promise<Page<PlanDto>> {
    const { plan } = this.control.client;
    const { q } = query;
    return this.lists.page(query, {
      route: 'plans',
      filters: q === undefined ? {} : { name: { contains: likeLiteral(q), mode: 'insensitive' as const } },
      sort: query.sort ?? 'name',
      find: (page: PageArguments<Prisma.PlanWhereInput>) => plan.findMany({ ...page, include: counted }),
      count: (where) => plan.count({ where }),
      view: (row) => this.view(row),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<PlanDto> {
    return this.view(await this.row(id));
  }

  /** Throws NotFound, VersionConflict, PlanNameTaken and PlanInUse. Writing the current values changes nothing. */
  change(origin: Origin, id: string, input: ChangePlanDto, version: number | undefined): Promise<PlanDto> {
    return orNameTaken(input.name ?? '', () =>
      this.control.transaction(async (tx) => {
        await lockPlans(tx);
        const before = await this.row(id);
        assertVersion(version, before.version);
        const { data, changes } = planChanges(before, input);
        if (Object.keys(changes).length === 0) return this.view(before);
        if (before.name === defaultPlan && data.name !== undefined)
          throw new PlanInUse(`${defaultPlan} is the plan of tenants that name none: it keeps its name.`);
        const after = await tx.plan.update({
          where: { id: before.id },
          data: { ...data, version: { increment: 1 }, updatedAt: new Date() },
        });
        await this.tenants.settle(tx, after, data.name !== undefined);
        await recordEvent(tx, origin, {
          action: 'plan.updated',
          details: { id: before.id, name: before.name, tenants: before._count.tenants, changes },
        });
        return this.find(before.id);
      }),
    );
  }

  /** Throws NotFound, VersionConflict, and PlanInUse while a tenant has it. */
  async delete(origin: Origin, id: string, version: number | undefined): Promise<void> {
    await this.control.transaction(async (tx) => {
      await lockPlans(tx);
      const { name, version: current, _count } = await this.row(id);
      assertVersion(version, current);
      if (name === defaultPlan) throw new PlanInUse(`${defaultPlan} is the plan of tenants that name none: it stays.`);
      if (_count.tenants > 0) throw new PlanInUse(`${_count.tenants} tenants have the plan ${name}.`);
      await tx.plan.delete({ where: { id } });
      await recordEvent(tx, origin, { action: 'plan.deleted', details: { id, name } });
    });
  }

  private async row(id: string): Promise<PlanRow> {
    const row = isUuid(id) ? await this.control.client.plan.findUnique({ where: { id }, include: counted }) : null;
    if (row === null) throw new NotFound('plan');
    return row;
  }

  private view(row: PlanRow): PlanDto {
    const { id, name, features, version } = row;
    const { maxStorageBytes, ...limits } = this.tenants.limitsOf(row);
    return {
      id,
      name,
      limits: { ...limits, storageBytes: Number(maxStorageBytes) },
      features,
      tenants: row._count.tenants,
      version,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  }
}

async function orNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw isUniqueViolation(error, 'Plan_name_key') ? new PlanNameTaken(name) : error;
  }
}
