import { NotFound, TokenInvalid } from '@helpdeskly/errors';
import type { Actor, WrittenAnswer } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { changeTicket } from '../ticket-core/change-ticket.js';
import type { FieldChanges } from '../ticket-core/column-fields.js';
import { findTicket, readTicket } from '../ticket-core/find-ticket.js';
import { ticketFields, type LockedTicket, type TicketEdit, type TicketFields } from '../ticket-core/ticket-changes.js';
import { OpenTicketDto } from '../ticket-core/ticket.dto.js';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketWrites, type TicketWrite } from '../ticket-core/ticket-writes.js';

/** What happens to tickets. Each verb is one transaction with its event; `name` is a ticket's id or number. */
@Injectable()
export class Tickets {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  async find(actor: Actor, name: string): Promise<WrittenAnswer<Ticket>> {
    return findTicket(this.db, ticketReference(name), actor);
  }

  open(actor: Actor, input: OpenTicketDto): Promise<Ticket> {
    const fields = ticketFields.openedWith({ ...input, authorId: input.authorId ?? actor.id }) as TicketFields;
    const events = (changes: FieldChanges) => [{ type: TicketEventType.CREATED, actorId: actor.id, changes }];
    return this.db.transaction(async (tx) => {
      const ticket = await this.writes.openTicket(tx, actor, { fields, named: input, events });
      return readOwn(tx, ticket, actor);
    });
  }

  async change(actor: Actor, name: string, input: TicketEdit, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction((tx) => changeTicket(tx, this.writes, actor, reference, input, version));
  }

  /** Hides a ticket from everybody until it is restored. */
  async remove(actor: Actor, name: string, version?: number): Promise<void> {
    const reference = ticketReference(name);
    const hide = ({ at }: LockedTicket) => hidden(null, at, actor);
    await this.db.transaction((tx) => this.writes.writeTicket(tx, reference, actor, hide, { version }));
  }

  async restore(actor: Actor, name: string, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const shown = ({ deletedAt }: LockedTicket) => (deletedAt === null ? undefined : hidden(deletedAt, null, actor));
      const { ticket } = await this.writes.writeTicket(tx, reference, actor, shown, { version, deleted: 'included' });
      return readTicket(tx, ticket, actor);
    });
  }
}

/** Hides a ticket since `to`, or shows it again. */
function hidden(from: Date | null, to: Date | null, { id: actorId }: Actor): TicketWrite {
  const type = to === null ? TicketEventType.RESTORED : TicketEventType.DELETED;
  const changes = { deletedAt: { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null } };
  return { columns: { deletedAt: to }, events: () => [{ type, actorId, changes }] };
}

/** Throws TokenInvalid when the caller's account was joined with another at that very moment: the ticket is that one's. */
async function readOwn(tx: Prisma.TransactionClient, { id }: { readonly id: string }, actor: Actor): Promise<Ticket> {
  return readTicket(tx, { id }, actor).catch((error: unknown) => {
    throw error instanceof NotFound ? new TokenInvalid() : error;
  });
}
