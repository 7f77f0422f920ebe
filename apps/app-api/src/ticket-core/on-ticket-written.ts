import { describeFailure } from '@helpdeskly/database';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import type { LockedTicket } from './ticket-changes.js';

/** A ticket as a write has left it. */
export type WrittenTicket = Pick<LockedTicket, 'id' | 'status' | 'resolvedAt' | 'deletedAt'>;

/** Whose tickets they are. */
export type WrittenTenant = TenantContext['current']['tenant'];

/**
 * Who wants to know which tickets were written. Told once the transaction has committed, never of one that was rolled back; the
 * request does not wait for what a listener begins. What a process knew when it was killed is lost: a listener whose work must
 * be done finds it again in the database.
 */
export type TicketListener = (tenant: WrittenTenant, tickets: readonly WrittenTicket[]) => void;

/** Where those who follow up writes listen: timers, and whatever comes. */
@Injectable()
export class OnTicketWritten {
  private readonly log = new Logger('OnTicketWritten');
  private readonly listeners: TicketListener[] = [];

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
  ) {}

  /** For as long as the process lives. */
  listen(listener: TicketListener): void {
    this.listeners.push(listener);
  }

  /** That tickets of the current tenant were written, by the transaction that is open here. */
  async tell(tickets: readonly WrittenTicket[]): Promise<void> {
    if (tickets.length === 0 || this.listeners.length === 0) return;
    const { tenant } = this.context.current;
    await this.db.afterCommit(() => {
      for (const listener of this.listeners) this.call(listener, tenant, tickets);
    });
  }

  /** The write is committed, and answered as such, whatever becomes of those who hear of it. */
  private call(listener: TicketListener, tenant: WrittenTenant, tickets: readonly WrittenTicket[]): void {
    try {
      listener(tenant, tickets);
    } catch (error) {
      this.log.error({ msg: `A listener failed: ${describeFailure(error)}`, tenantId: tenant.id });
    }
  }
}
