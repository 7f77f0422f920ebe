import { ControlDatabase, Prisma, type BulkRun } from '@helpdeskly/catalog';
import { isUuid, type Problem } from '@helpdeskly/http';
import { isSlug } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordSystemEvent } from '../audit/audit-trail.js';
import type { CreateTenantDto } from '../tenants/tenants.dto.js';
import type { BulkItem } from './bulk-item.js';
import type { BulkOrder } from './bulk-work.js';

/** How an item's turn ended. */
export interface Outcome {
  readonly status: number;
  readonly changed: boolean;
  readonly tenantId?: string | undefined;
  readonly problem?: Problem | undefined;
}

interface Taken {
  readonly id: string;
  readonly position: number;
  readonly reference: string;
  readonly input: CreateTenantDto | null;
}

/** An item whose turn it is. */
export interface Turn {
  readonly id: string;
  readonly item: BulkItem;
}

/** Runs and their items in the control database: a process that takes over reads them. */
@Injectable()
export class BulkRunRepository {
  constructor(private readonly control: ControlDatabase) {}

  /** Items that are refused already have had their turn. */
  create(order: BulkOrder, items: readonly BulkItem[]): Promise<string> {
    const { origin, terms, dryRun } = order;
    return this.control.transaction(async (tx) => {
      const orderedBy = { ...origin, actor: { ...origin.actor } };
      const data = { terms: terms as unknown as Prisma.InputJsonObject, dryRun, orderedBy };
      const { id } = await tx.bulkRun.create({ data, select: { id: true } });
      const rows = JSON.stringify(items.map((item) => ({ ...item, status: item.problem?.status ?? null })));
      await tx.$executeRaw`
        INSERT INTO "BulkRunItem" ("runId", "position", "reference", "input", "status", "changed", "problem")
        SELECT ${id}::uuid, i."position", i."reference", CASE WHEN i."status" IS NULL THEN i."input" END, i."status",
               CASE WHEN i."status" IS NOT NULL THEN false END, i."problem"
          FROM jsonb_to_recordset(${rows}::jsonb)
            AS i("position" int, "reference" text, "input" jsonb, "status" int, "problem" jsonb)`;
      await recordEvent(tx, origin, { action: 'bulk_run.created', details: { id, ...detailsOf(order, items) } });
      return id;
    });
  }

  /** Stands in the audit trail before what a request does to each tenant itself. */
  async note(order: BulkOrder, items: readonly BulkItem[]): Promise<void> {
    const details = detailsOf(order, items);
    await recordEvent(this.control.client, order.origin, { action: 'tenants.bulk', details });
  }

  /** The ids of runs that need a process. */
  async open(): Promise<readonly string[]> {
    const rows = await this.control.client.bulkRun.findMany({ where: { status: 'RUNNING' }, select: { id: true } });
    return rows.map(({ id }) => id);
  }

  find(id: string): Promise<BulkRun | null> {
    return this.control.client.bulkRun.findUnique({ where: { id } });
  }

  /** The slugs of tenants, by how requests named them; none for an id that no tenant has. */
  async slugsOf(references: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ids = references.filter(isUuid).map((id) => id.toLowerCase());
    const rows =
      ids.length === 0
        ? []
        : await this.control.client.$queryRaw<{ id: string; slug: string }[]>`
            SELECT "id"::text AS "id", "slug" FROM "Tenant" WHERE "id" = ANY (${ids}::uuid[])`;
    const slugs = new Map(rows.map(({ id, slug }) => [id, slug]));
    return new Map(
      references.flatMap((reference) => {
        const slug = isUuid(reference) ? slugs.get(reference.toLowerCase()) : reference;
        return slug !== undefined && isSlug(slug) ? [[reference, slug]] : [];
      }),
    );
  }

  /** Holds the next item until the transaction ends; undefined if none waits or the run has ended. */
  async take(runId: string): Promise<Turn | undefined> {
    const [taken] = await this.control.client.$queryRaw<Taken[]>`
      SELECT i."id"::text AS "id", i."position", i."reference", i."input"
        FROM "BulkRunItem" i JOIN "BulkRun" r ON r."id" = i."runId" AND r."status" = 'RUNNING'
       WHERE i."runId" = ${runId}::uuid AND i."status" IS NULL
       ORDER BY i."position" LIMIT 1 FOR UPDATE OF i SKIP LOCKED`;
    if (taken === undefined) return undefined;
    const { id, position, reference, input } = taken;
    return { id, item: { position, reference, ...(input === null ? {} : { input }) } };
  }

  /** Notes how a turn ended. What was to be created is not kept. */
  async settle(itemId: string, { status, changed, tenantId, problem }: Outcome): Promise<void> {
    await this.control.client.bulkRunItem.update({
      where: { id: itemId },
      data: {
        status,
        changed,
        input: Prisma.DbNull,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(problem === undefined ? {} : { problem: problem as unknown as Prisma.InputJsonObject }),
      },
      select: { id: true },
    });
  }

  countChanged(runId: string): Promise<number> {
    return this.control.client.bulkRunItem.count({ where: { runId, changed: true } });
  }

  /** Ends a run when all items have had their turn. */
  finish(id: string): Promise<void> {
    return this.end(id, 'DONE', { items: { none: { status: null } } });
  }

  /** Ends a run early. */
  fail(id: string, error: Prisma.InputJsonObject): Promise<void> {
    return this.end(id, 'FAILED', {}, error);
  }

  /** What the remaining items would have created is not kept. */
  async forgetInputs(runId: string): Promise<void> {
    await this.control.client.bulkRunItem.updateMany({ where: { runId }, data: { input: Prisma.DbNull } });
  }

  private async end(
    id: string,
    status: 'DONE' | 'FAILED',
    when: Prisma.BulkRunWhereInput,
    error?: Prisma.InputJsonObject,
  ): Promise<void> {
    await this.control.transaction(async (tx) => {
      const now = new Date();
      const { count } = await tx.bulkRun.updateMany({
        where: { id, status: 'RUNNING', ...when },
        data: { status, version: { increment: 1 }, updatedAt: now, finishedAt: now, ...(error && { error }) },
      });
      if (count === 0) return;
      await this.forgetInputs(id);
      await recordSystemEvent(tx, { action: `bulk_run.${status.toLowerCase()}`, details: { id } });
    });
  }
}

function detailsOf({ terms: { action }, dryRun, reason }: BulkOrder, items: readonly BulkItem[]) {
  const because = typeof reason === 'string' ? { reason } : {};
  return { action, ...(dryRun ? { dryRun } : {}), ...because, tenants: items.length };
}
