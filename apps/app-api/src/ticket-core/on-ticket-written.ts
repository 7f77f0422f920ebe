import { CommitListeners, type CommitListener, TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { LockedTicket } from './ticket-changes.js';

/** A ticket as a write has left it. */
export type WrittenTicket = Pick<LockedTicket, 'id' | 'status' | 'resolvedAt' | 'deletedAt'> & {
  /** True of the write that opened it. */
  readonly opened?: boolean;
};

/** Where those who follow up writes listen: timers, and whatever comes. */
@Injectable()
export class OnTicketWritten {
  private readonly listeners: CommitListeners<readonly WrittenTicket[]>;

  constructor(db: TenantDatabase, context: TenantContext) {
    this.listeners = new CommitListeners('OnTicketWritten', db, context);
  }

  /** For as long as the process lives. */
  listen(listener: CommitListener<readonly WrittenTicket[]>): void {
    this.listeners.listen(listener);
  }

  /** That tickets of the current tenant were written, by the transaction that is open here. */
  async tell(tickets: readonly WrittenTicket[]): Promise<void> {
    if (tickets.length > 0) await this.listeners.tell(tickets);
  }
}
