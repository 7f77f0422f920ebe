import { DomainError } from '@helpdeskly/errors';
import { IdempotencyInProgress, ItemAnswers, problemOf, type Actor, type Problem } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { BulkWork } from './bulk-work.js';
import type { BulkDto } from './bulk.dto.js';

/** What became of one ticket: as if it had been changed alone. `id` is what the caller named it by. */
export interface BulkResult {
  readonly id: string;
  readonly status: number;
  readonly ticket?: Ticket;
  readonly problem?: Problem;
}

/** The same to many tickets, each in a transaction of its own. */
@Injectable()
export class TicketBulk {
  constructor(
    private readonly work: BulkWork,
    private readonly items: ItemAnswers,
  ) {}

  /**
   * One result for each id, in their order. What no ticket is to blame for (its database is away, the connections are all in
   * use) ends the whole: those before it are changed, and doing it all again changes the rest. With an Idempotency-Key each
   * ticket's result is kept with its write, so that doing it all again does nothing twice; `replayed` when nothing was done.
   */
  async run(
    actor: Actor,
    request: FastifyRequest,
    { ids = [], versions, ...work }: BulkDto,
  ): Promise<{ results: BulkResult[]; replayed: boolean }> {
    const items = await this.items.of(request, refusalOf);
    const results: BulkResult[] = [];
    for (const id of ids) {
      const version = versions !== undefined && Object.hasOwn(versions, id) ? versions[id] : undefined;
      const change = async () => ({ status: 200, body: await this.work.do(actor, id, work, version) });
      const answer = await items.once<Ticket>(id, (ticket) => ticket.id, change);
      const { status } = answer;
      results.push('problem' in answer ? { id, status, problem: answer.problem } : { id, status, ticket: answer.body });
    }
    return { results, replayed: items.replayed };
  }
}

/** Why one ticket was refused; undefined for what no ticket is to blame for. */
export function refusalOf(error: unknown, requestId: string): Problem | undefined {
  if (error instanceof IdempotencyInProgress) return undefined;
  const problem = error instanceof DomainError ? problemOf(error, requestId) : undefined;
  return problem === undefined || problem.status >= 500 || problem.status === 429 ? undefined : problem;
}
