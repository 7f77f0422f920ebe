import type { CurrentTenant } from '@helpdeskly/tenancy';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnTicketWritten, type WrittenTicket } from '../ticket-core/on-ticket-written.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { AutoCloseTimer } from './auto-close-timer.js';

/** Hears of each ticket that is RESOLVED after a write, and tells the timer when it is to be closed. */
@Injectable()
export class ResolvedTickets implements OnApplicationBootstrap {
  constructor(
    private readonly timer: AutoCloseTimer,
    private readonly settings: AutoCloseSettings,
    written: OnTicketWritten,
  ) {
    if (settings.place !== undefined) written.listen((tenant, tickets) => this.note(tenant, tickets));
  }

  onApplicationBootstrap(): void {
    if (!this.settings.lacksQueue) return;
    const sentence = 'Resolved tickets are not closed automatically: set QUEUE_DATABASE_URL or REDIS_URL.';
    new Logger('ResolvedTickets').warn(sentence);
  }

  private note({ id: tenantId, generation }: CurrentTenant['tenant'], tickets: readonly WrittenTicket[]): void {
    for (const { status, resolvedAt, deletedAt } of tickets) {
      if (status !== 'RESOLVED' || resolvedAt === null || deletedAt !== null) continue;
      this.timer.expect({ tenantId, generation }, resolvedAt.getTime() + this.settings.ageMs);
    }
  }
}
