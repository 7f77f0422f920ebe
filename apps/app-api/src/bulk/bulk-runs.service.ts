import { DomainError, NotFound, ServiceUnavailable, ValidationFailed } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { BulkRun, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { given } from '../sharing/given.js';
import { filtersOf } from '../ticket-lists/ticket-filters.js';
import type { TicketFiltersDto } from '../ticket-lists/ticket-filters.dto.js';
import { conditions } from '../ticket-lists/ticket-list.js';
import { readWords } from '../ticket-lists/ticket-search.js';
import { BulkTimer } from './bulk-timer.js';
import { forgetOld, keepFound, lockRunsOf, standingOf } from './bulk-runs.queries.js';
import { mostFound, type BulkRunDto } from './bulk-runs.dto.js';
import type { Work } from './bulk-work.js';

/** Runs of one person that are under way at once. */
const mostRuns = 5;

/** Raised when a filter finds more tickets than one run takes. */
class TooManyTickets extends DomainError {
  readonly code = 'limit_reached';
  constructor() {
    super(`The filter finds more than ${mostFound} tickets.`);
  }
}

/** Raised when one person has as many runs under way as may be. */
class TooManyRuns extends DomainError {
  readonly code = 'limit_reached';
  constructor() {
    super(`You have ${mostRuns} runs under way: wait until one of them has ended.`);
  }
}

/** Work on all the tickets that a filter finds when it is asked for. */
@Injectable()
export class BulkRuns {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly timer: BulkTimer,
  ) {}

  /** Throws ValidationFailed for a filter of nothing, TooManyRuns, TooManyTickets, ServiceUnavailable. */
  async start(actor: Actor, filter: TicketFiltersDto, work: Work): Promise<BulkRunDto> {
    if (Object.keys(given(filter)).length === 0) {
      const message = 'This names one filter at least.';
      throw new ValidationFailed([{ field: 'filter', code: 'too_few', message }]);
    }
    if (!this.timer.isConfigured) throw new ServiceUnavailable('This installation has no queue for background work.');
    return this.db.transaction(async (tx) => {
      await lockRunsOf(tx, actor.id);
      if ((await tx.bulkRun.count({ where: { actorId: actor.id, endedAt: null } })) >= mostRuns)
        throw new TooManyRuns();
      await forgetOld(tx);
      const filters = filtersOf({ ...filter, deleted: undefined }, actor);
      const [words] = filters.q === undefined ? [] : await readWords(this.db, [filters.q]);
      const data = { actorId: actor.id, total: 0, work: given(work) };
      const { id } = await tx.bulkRun.create({ data, select: { id: true } });
      const total = await keepFound(tx, id, conditions(filters, actor, words), mostFound);
      if (total > mostFound) throw new TooManyTickets();
      const run = await tx.bulkRun.update({ where: { id }, data: { total } });
      const { id: tenantId, generation } = this.context.current.tenant;
      await this.db.afterCommit(() => this.timer.expect({ tenantId, generation }, Date.now()));
      return this.view(run);
    });
  }

  /** Of whoever asked, and for admins. One that is under way is queued again if its job was lost. Throws NotFound. */
  async find(actor: Actor, id: string): Promise<BulkRunDto> {
    const run = isUuid(id) ? await this.db.client.bulkRun.findUnique({ where: { id } }) : null;
    if (run === null || (run.actorId !== actor.id && actor.role !== 'ADMIN')) throw new NotFound('run');
    const { id: tenantId, generation } = this.context.current.tenant;
    if (run.endedAt === null) this.timer.expect({ tenantId, generation }, Date.now());
    return this.view(run);
  }

  private async view(run: BulkRun): Promise<BulkRunDto> {
    const { done, refused } = await standingOf(this.db.client, run.id);
    const ended = run.endedAt !== null;
    return {
      id: run.id,
      status: ended ? (run.error === null ? 'DONE' : 'FAILED') : done === 0 ? 'PENDING' : 'RUNNING',
      progress: { total: run.total, done },
      error: run.error as BulkRunDto['error'],
      result: ended ? { changed: done - refused, refused, results: await this.results(run.id) } : null,
      createdAt: run.createdAt.toISOString(),
      endedAt: run.endedAt?.toISOString() ?? null,
    };
  }

  private async results(runId: string): Promise<NonNullable<BulkRunDto['result']>['results']> {
    const where: Prisma.BulkRunTicketWhereInput = { runId, status: { not: null } };
    const rows = await this.db.client.bulkRunTicket.findMany({ where, orderBy: { place: 'asc' } });
    return rows.map(({ ticketId: id, status, problem }) => ({
      id,
      status: status ?? 0,
      ...(problem === null ? {} : { problem: problem as never }),
    }));
  }
}
