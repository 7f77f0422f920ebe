import { DomainError } from '@helpdeskly/errors';
import { problemOf, type Actor, type Problem } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Ticket } from './ticket-select.js';
import { ChangeTicketsDto } from './tickets.dto.js';
import { Tickets } from './tickets.service.js';

/** What became of one ticket: as if it had been changed alone. `id` is what the caller named it by. */
export interface BulkResult {
  readonly id: string;
  readonly status: number;
  readonly ticket?: Ticket;
  readonly problem?: Problem;
}

/** The same change to many tickets, each in a transaction of its own. */
@Injectable()
export class TicketBulk {
  constructor(private readonly tickets: Tickets) {}

  /**
   * One result for each id, in their order. What no ticket is to blame for (its database is away, the connections are all in
   * use) ends the whole: those before it are changed, and doing it all again changes the rest.
   */
  async change(actor: Actor, requestId: string, { ids, changes }: ChangeTicketsDto): Promise<BulkResult[]> {
    const results: BulkResult[] = [];
    for (const id of ids) {
      try {
        results.push({ id, status: 200, ticket: await this.tickets.change(actor, id, changes) });
      } catch (error) {
        const problem = error instanceof DomainError ? problemOf(error, requestId) : undefined;
        if (problem === undefined || problem.status >= 500 || problem.status === 429) throw error;
        results.push({ id, status: problem.status, problem });
      }
    }
    return results;
  }
}
