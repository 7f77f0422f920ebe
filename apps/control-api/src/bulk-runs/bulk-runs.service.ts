import { ControlDatabase, type BulkRun, type BulkRunItem, type Prisma } from '@helpdeskly/catalog';
import { InvalidTransition, NotFound } from '@helpdeskly/errors';
import { isUuid, type Page, type ProblemDto } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import {
  mostShown,
  type BulkItemDto,
  type BulkRunDto,
  type BulkRunResultDto,
  type ListBulkResultsQuery,
  type ListBulkRunsQuery,
} from './bulk-run.dto.js';
import type { BulkTerms } from './bulk-item.js';
import { BulkRunRepository } from './bulk-run-repository.js';

interface Counts {
  readonly total: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

const outcomes = {
  changed: { changed: true },
  unchanged: { changed: false, status: { lt: 300 } },
  refused: { status: { gte: 300 } },
} as const;

/** Operators' requests about bulk runs; BulkRunner carries the runs out. */
@Injectable()
export class BulkRuns {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly runs: BulkRunRepository,
  ) {}

  list(query: ListBulkRunsQuery): Promise<Page<BulkRunDto>> {
    const { bulkRun } = this.control.client;
    return this.lists.page(query, {
      route: 'bulk-runs',
      filters: query.status === undefined ? {} : { status: { in: query.status } },
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.BulkRunWhereInput>) => {
        const rows = await bulkRun.findMany(page);
        const counts = await this.count(rows.map(({ id }) => id));
        return rows.map((row) => ({ ...row, counts: counts.get(row.id) }));
      },
      count: (where) => bulkRun.count({ where }),
      view: (row) => view(row, row.counts),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<BulkRunDto> {
    const run = await this.row(id);
    const counts = (await this.count([run.id])).get(run.id);
    return { ...view(run, counts), result: run.finishedAt === null ? null : await this.result(run.id, counts) };
  }

  /** Throws NotFound. */
  async results(id: string, query: ListBulkResultsQuery): Promise<Page<BulkItemDto>> {
    const run = await this.row(id);
    const { bulkRunItem } = this.control.client;
    return this.lists.page(query, {
      route: 'bulk-runs/results',
      filters: { runId: run.id, status: { not: null }, ...(query.outcome && { AND: [outcomes[query.outcome]] }) },
      sort: query.sort ?? 'position',
      find: async (page: PageArguments<Prisma.BulkRunItemWhereInput>) => this.named(await bulkRunItem.findMany(page)),
      count: (where) => bulkRunItem.count({ where }),
      view: viewItem,
    });
  }

  /** Throws NotFound, and InvalidTransition unless it is RUNNING. */
  cancel(origin: Origin, id: string): Promise<BulkRunDto> {
    return this.control.transaction(async (tx) => {
      const { id: runId } = await this.row(id);
      const now = new Date();
      const { count } = await tx.bulkRun.updateMany({
        where: { id: runId, status: 'RUNNING' },
        data: { status: 'CANCELLED', version: { increment: 1 }, updatedAt: now, finishedAt: now },
      });
      if (count === 0) throw new InvalidTransition((await this.row(id)).status, 'CANCELLED', []);
      await recordEvent(tx, origin, { action: 'bulk_run.cancelled', details: { id: runId } });
      await this.runs.forgetInputs(runId);
      return this.find(runId);
    });
  }

  private async row(id: string): Promise<BulkRun> {
    const run = isUuid(id) ? await this.runs.find(id) : null;
    if (run === null) throw new NotFound('bulk run');
    return run;
  }

  private async result(runId: string, counts: Counts | undefined): Promise<BulkRunResultDto> {
    const { changed = 0, unchanged = 0, refused = 0 } = counts ?? {};
    const rows = await this.control.client.$queryRaw<BulkRunItem[]>`
      SELECT "position", "reference", "status", "changed", "problem"
        FROM "BulkRunItem"
       WHERE "runId" = ${runId}::uuid AND "status" IS NOT NULL
       ORDER BY "status" < 300, "position" LIMIT ${mostShown}`;
    return { changed, unchanged, refused, results: (await this.named(rows)).map(viewItem) };
  }

  private async named<Item extends Pick<BulkRunItem, 'reference'>>(items: readonly Item[]) {
    const slugs = await this.runs.slugsOf(items.map(({ reference }) => reference));
    return items.map((item) => ({ ...item, slug: slugs.get(item.reference) ?? null }));
  }

  /** The progress of runs, by their ids. */
  private async count(ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
    const rows = await this.control.client.$queryRaw<(Counts & { id: string })[]>`
      SELECT "runId"::text AS "id", count(*)::int AS "total",
             count(*) FILTER (WHERE "changed")::int AS "changed",
             count(*) FILTER (WHERE "status" < 300 AND NOT "changed")::int AS "unchanged",
             count(*) FILTER (WHERE "status" >= 300)::int AS "refused"
        FROM "BulkRunItem" WHERE "runId" = ANY (${ids}::uuid[]) GROUP BY 1`;
    return new Map(rows.map(({ id, ...counts }) => [id, counts]));
  }
}

function view(run: BulkRun, counts: Counts | undefined): BulkRunDto {
  const { total = 0, changed = 0, unchanged = 0, refused = 0 } = counts ?? {};
  return {
    id: run.id,
    action: (run.terms as unknown as BulkTerms).action,
    dryRun: run.dryRun,
    status: run.status,
    progress: { total, done: changed + unchanged + refused },
    error: run.error as BulkRunDto['error'],
    result: null,
    version: run.version,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

type ShownItem = Pick<BulkRunItem, 'position' | 'reference' | 'status' | 'changed' | 'problem'> & {
  readonly slug: string | null;
};

function viewItem({ position, reference, slug, status, changed, problem }: ShownItem): BulkItemDto {
  return {
    position,
    id: reference,
    slug,
    status: status ?? 0,
    changed: changed === true,
    ...(problem === null ? {} : { problem: problem as unknown as ProblemDto }),
  };
}
