import { DomainError } from '@helpdeskly/errors';
import { ItemAnswers, problemOf, type Problem } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantDto } from '../tenants/tenant.dto.js';
import { TenantViews } from '../tenants/tenant-views.js';
import type { BulkItem } from './bulk-item.js';
import type { BulkResultDto, BulkResultsDto, BulkRunDto } from './bulk-run.dto.js';
import { BulkRunRepository } from './bulk-run-repository.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkWork, type BulkOrder } from './bulk-work.js';

/** As many tenants as a request does itself. */
const mostAtOnce = 100;

/** The request, and its reply. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a request found; kept with its Idempotency-Key. */
interface Found {
  readonly items: readonly (BulkItem & { readonly slug: string | null })[];
  /** The run that does them, if they are too many. */
  readonly id?: string;
}

interface Done {
  readonly changed: boolean;
  readonly tenant?: TenantDto;
}

/** The work that one request wants for many tenants: at once, or by a run. */
@Injectable()
export class BulkRequests {
  constructor(
    private readonly answers: ItemAnswers,
    private readonly runs: BulkRunRepository,
    private readonly work: BulkWork,
    private readonly views: TenantViews,
  ) {}

  /**
   * Answers a result for each item, or the id of a run. With an Idempotency-Key, doing it again finds the same items and does only what
   * was left undone.
   */
  async run(
    { request, reply }: Exchange,
    order: BulkOrder,
    find: () => Promise<readonly BulkItem[]>,
  ): Promise<BulkResultsDto | string> {
    await this.views.refresh();
    const answers = await this.answers.of(request, refusalOf);
    const found = await answers.once<Found>(
      'found',
      ({ id }) => id,
      async () => ({
        status: 200,
        body: await this.found(order, await find()),
      }),
    );
    if ('problem' in found) throw new Error('to find tenants is never refused');
    const { items, id } = found.body;
    const results: BulkResultDto[] = [];
    const created = () => Promise.resolve(results.filter(({ changed }) => changed).length);
    if (id === undefined)
      for (const item of items) {
        const { position, reference, slug, problem } = item;
        const answer =
          problem === undefined
            ? await answers.once<Done>(
                `${position}`,
                ({ tenant }) => tenant?.id,
                () => this.done(order, item, created),
              )
            : { status: problem.status, problem };
        const { status } = answer;
        const outcome = 'problem' in answer ? { changed: false, problem: answer.problem } : answer.body;
        results.push({ position, id: reference, slug, status, ...outcome });
      }
    if (answers.replayed) reply.header('idempotency-replayed', 'true');
    return id ?? summed(order, results);
  }

  private async found(order: BulkOrder, items: readonly BulkItem[]): Promise<Found> {
    if (items.length <= mostAtOnce) {
      if (!order.dryRun) await this.runs.note(order, items);
      const slugs = await this.runs.slugsOf(items.map(({ reference }) => reference));
      return { items: items.map((item) => ({ ...item, slug: slugs.get(item.reference) ?? null })) };
    }
    return { items: [], id: await this.runs.create(order, items) };
  }

  private async done(
    order: BulkOrder,
    item: BulkItem,
    created: () => Promise<number>,
  ): Promise<{ status: number; body: Done }> {
    const { status, changed, tenant } = await this.work.do(order, item, created);
    return { status, body: { changed, ...(tenant && { tenant: this.views.of(tenant) }) } };
  }
}

function refusalOf(error: unknown, requestId: string): Problem | undefined {
  return error instanceof DomainError &&
    error.code !== 'idempotency_in_progress' &&
    error.code !== 'service_unavailable'
    ? problemOf(error, requestId)
    : undefined;
}

function summed({ dryRun }: BulkOrder, results: BulkResultDto[]): BulkResultsDto {
  const refused = results.filter(({ problem }) => problem !== undefined).length;
  const changed = results.filter((result) => result.changed).length;
  return { dryRun, changed, unchanged: results.length - changed - refused, refused, results };
}

/** Answers 202 with a run that goes on. */
export async function answerRun(reply: FastifyReply, runs: BulkRuns, id: string): Promise<BulkRunDto> {
  reply.answerStatus = 202;
  reply.header('location', `/api/v1/bulk-runs/${id}`);
  return runs.find(id);
}
