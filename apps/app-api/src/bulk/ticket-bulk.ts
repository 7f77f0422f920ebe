import { DomainError } from '@helpdeskly/errors';
import {
  IdempotencyAnswers,
  IdempotencyInProgress,
  problemOf,
  type Actor,
  type KeptParts,
  type Problem,
} from '@helpdeskly/http';
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
    private readonly answers: IdempotencyAnswers,
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
    const key = IdempotencyAnswers.sentKey(request);
    const parts = key === undefined ? undefined : await this.answers.claim(request, key);
    const results: BulkResult[] = [];
    let replayed = parts !== undefined;
    for (const id of ids) {
      const version = versions !== undefined && Object.hasOwn(versions, id) ? versions[id] : undefined;
      const change = () => this.work.do(actor, id, work, version);
      try {
        if (parts === undefined) results.push({ id, status: 200, ticket: await change() });
        else {
          const result = await once(parts, request.id, id, change);
          replayed &&= result.replayed;
          results.push(result.result);
        }
      } catch (error) {
        const problem = refusalOf(error, request.id);
        if (problem === undefined) throw error;
        replayed = false;
        results.push({ id, status: problem.status, problem });
      }
    }
    return { results, replayed };
  }
}

async function once(
  parts: KeptParts,
  requestId: string,
  id: string,
  change: () => Promise<Ticket>,
): Promise<{ result: BulkResult; replayed: boolean }> {
  const { status, body, replayed } = await parts(
    id,
    (ticket: Ticket) => ticket.id,
    async () => ({ status: 200, body: await change() }),
  );
  const result =
    status < 300
      ? { id, status, ticket: body as Ticket }
      : { id, status, problem: { ...(body as Problem), requestId } };
  return { result, replayed };
}

/** Why one ticket was refused; undefined for what no ticket is to blame for. */
export function refusalOf(error: unknown, requestId: string): Problem | undefined {
  if (error instanceof IdempotencyInProgress) return undefined;
  const problem = error instanceof DomainError ? problemOf(error, requestId) : undefined;
  return problem === undefined || problem.status >= 500 || problem.status === 429 ? undefined : problem;
}
