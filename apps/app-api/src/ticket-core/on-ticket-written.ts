import { CommitListeners, type CommitListener, TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { LockedTicket } from './ticket-changes.js';
import type { RecordedEvent } from './ticket-events.js';

/** A ticket as a write has left it. */
export type WrittenTicket = Pick<LockedTicket, 'id' | 'status' | 'resolvedAt' | 'deletedAt'> & {
  /** True of the write that opened it. */
  readonly opened?: boolean;
};

/**
 * Adds rows of its own to the transaction of a write, such as mails that tell of it. Called when the ticket and its events are stored; what
 * it throws refuses the write.
 */
export type TicketCompanion = (
  tx: Prisma.TransactionClient,
  events: readonly RecordedEvent[],
  ticketId: string,
) => Promise<void>;

/** Where those who follow up writes listen: timers, and whatever comes. */
@Injectable()
export class OnTicketWritten {
  private readonly listeners: CommitListeners<readonly WrittenTicket[]>;
  private readonly companions: TicketCompanion[] = [];

  constructor(db: TenantDatabase, context: TenantContext) {
    this.listeners = new CommitListeners('OnTicketWritten', db, context);
  }

  /** For as long as the process lives. */
  listen(listener: CommitListener<readonly WrittenTicket[]>): void {
    this.listeners.listen(listener);
  }

  /** For as long as the process lives. Of a write to many tickets at once a companion is told what that write says it is. */
  join(companion: TicketCompanion): void {
    this.companions.push(companion);
  }

  /** What a write to one ticket has recorded, while its transaction is open. */
  async within(tx: Prisma.TransactionClient, events: readonly RecordedEvent[], ticketId: string): Promise<void> {
    for (const companion of this.companions) await companion(tx, events, ticketId);
  }

  /** That tickets of the current tenant were written, by the transaction that is open here. */
  async tell(tickets: readonly WrittenTicket[]): Promise<void> {
    if (tickets.length > 0) await this.listeners.tell(tickets);
  }
}
