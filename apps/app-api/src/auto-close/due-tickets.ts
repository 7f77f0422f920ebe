import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { batch, closeDueTickets, nextDueInMs } from './due-tickets.queries.js';

/** Tickets of the current tenant that have been resolved and quiet for long. */
@Injectable()
export class DueTickets {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly settings: AutoCloseSettings,
    private readonly metrics: AutoCloseMetrics,
  ) {}

  /** Closes them, some in each transaction. */
  async closeAll(): Promise<void> {
    let closed: number;
    do {
      closed = await this.db.transaction((tx) => closeDueTickets(tx, this.writes, this.settings.ageMs));
      this.metrics.closed(closed);
    } while (closed === batch);
  }

  /** In how many milliseconds the next one is due, 0 or less when one is; undefined when none is resolved. */
  nextInMs(): Promise<number | undefined> {
    return nextDueInMs(this.db.client, this.settings.ageMs);
  }
}
