import { Forbidden, NotFound } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, TicketStatus } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { readTicket } from '../ticket-core/find-ticket.js';
import type { FieldChanges } from '../ticket-core/column-fields.js';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';
import { TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import { lockTicket } from '../ticket-core/ticket-lock.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { statusTimes } from '../ticket-core/ticket-status.js';
import { TicketWrites, type TicketWrite } from '../ticket-core/ticket-writes.js';
import { canBeGivenTickets } from '../user-core/user-rules.js';

/** What a ticket was before it was spam. */
interface Former {
  readonly status: TicketStatus;
  readonly resolvedAt: Date | null;
}

/** What staff says is spam. Its author is blocked as long as one of the author's tickets is. */
@Injectable()
export class Spam {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /** Throws NotFound, VersionConflict, Forbidden for a ticket of an agent or admin. */
  async mark(actor: Actor, name: string, version?: number): Promise<Ticket> {
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, ticketReference(name), actor);
      const marked = await tx.spamTicket.findUnique({ where: { ticketId: ticket.id } });
      await assertOfCustomer(tx, ticket);
      const close = () => (marked === null ? closing(actor, ticket) : undefined);
      await this.writes.writeTicket(tx, ticket, actor, close, { version });
      if (marked === null) {
        const { id: ticketId, status, resolvedAt } = ticket;
        await tx.spamTicket.create({ data: { ticketId, status, resolvedAt } });
      }
      return readTicket(tx, ticket, actor);
    });
  }

  /** Throws NotFound, also for a ticket that is no spam, and VersionConflict. */
  async unmark(actor: Actor, name: string, version?: number): Promise<Ticket> {
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, ticketReference(name), actor);
      const marked = await tx.spamTicket.findUnique({ where: { ticketId: ticket.id } });
      if (marked === null) throw new NotFound('spam mark');
      const keepsAssignee = await isStillStaff(tx, ticket.assignedToId);
      const reopen = () => reopening(actor, ticket, marked, keepsAssignee);
      await this.writes.writeTicket(tx, ticket, actor, reopen, { version });
      await tx.spamTicket.delete({ where: { ticketId: ticket.id } });
      return readTicket(tx, ticket, actor);
    });
  }
}

/** Customers see that the ticket was closed, and not why. */
function closing(actor: Actor, { status, at, resolvedAt }: LockedTicket): TicketWrite {
  const told = noted(actor, { from: false, to: true });
  if (status === 'CLOSED') return { events: () => [told] };
  const changes = { status: { from: status, to: 'CLOSED' } };
  return {
    columns: { status: 'CLOSED', ...statusTimes('CLOSED', at, resolvedAt) },
    events: () => [{ type: TicketEventType.UPDATED, actorId: actor.id, changes }, told],
  };
}

/** A ticket that was merged meanwhile, or was closed before, stays closed. */
function reopening(
  actor: Actor,
  ticket: LockedTicket,
  { status, resolvedAt }: Former,
  keepsAssignee: boolean,
): TicketWrite {
  const told = noted(actor, { from: true, to: false });
  if (status === 'CLOSED' || ticket.mergedIntoId !== null) return { events: () => [told] };
  const released: FieldChanges = keepsAssignee ? {} : { assignedToId: { from: ticket.assignedToId, to: null } };
  const changes = { status: { from: ticket.status, to: status }, ...released };
  return {
    columns: { status, resolvedAt, closedAt: null, ...(keepsAssignee ? {} : { assignedToId: null }) },
    events: () => [{ type: TicketEventType.UPDATED, actorId: actor.id, changes }, told],
  };
}

const noted = ({ id: actorId }: Actor, spam: { readonly from: boolean; readonly to: boolean }): RecordedEvent => ({
  type: TicketEventType.UPDATED,
  actorId,
  changes: { spam },
  internal: true,
});

/** Nobody blocks a colleague. */
async function assertOfCustomer(tx: Prisma.TransactionClient, { authorId }: LockedTicket): Promise<void> {
  const { role } = await tx.user.findUniqueOrThrow({ where: { id: authorId }, select: { role: true } });
  if (role !== 'CUSTOMER') throw new Forbidden('Only tickets of customers can be spam.');
}

/** Whoever was disabled meanwhile has no open tickets. */
async function isStillStaff(tx: Prisma.TransactionClient, id: string | null): Promise<boolean> {
  if (id === null) return true;
  const user = await tx.user.findUniqueOrThrow({ where: { id }, select: { role: true, status: true } });
  return canBeGivenTickets(user);
}
