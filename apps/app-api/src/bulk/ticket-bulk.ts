import { DomainError } from '@helpdeskly/errors';
import { problemOf, type Actor, type Problem } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Ticket } from '../tickets/ticket-select.js';
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
  constructor(private readonly work: BulkWork) {}

  /**
   * One result for each id, in their order. What no ticket is to blame for (its database is away, the connections are all in
   * use) ends the whole: those before it are changed, and doing it all again changes the rest.
   */
  async run(actor: Actor, requestId: string, { ids = [], versions, ...work }: BulkDto): Promise<BulkResult[]> {
    const results: BulkResult[] = [];
    for (const id of ids) {
      const version = versions !== undefined && Object.hasOwn(versions, id) ? versions[id] : undefined;
      try {
        results.push({ id, status: 200, ticket: await this.work.do(actor, id, work, version) });
      } catch (error) {
        const problem = refusalOf(error, requestId);
        if (problem === undefined) throw error;
        results.push({ id, status: problem.status, problem });
      }
    }
    return results;
  }
}

/** Why one ticket was refused; undefined for what no ticket is to blame for. */
export function refusalOf(error: unknown, requestId: string): Problem | undefined {
  const problem = error instanceof DomainError ? problemOf(error, requestId) : undefined;
  return problem === undefined || problem.status >= 500 || problem.status === 429 ? undefined : problem;
}
