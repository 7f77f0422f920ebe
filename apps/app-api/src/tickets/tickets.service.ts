import { NotFound, TokenInvalid } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { ResolvedTickets } from '../auto-close/resolved-tickets.js';
import {
  fieldsIn,
  planEdit,
  resolverOf,
  ticketFields,
  type TicketEdit,
  type TicketFields,
} from '../ticket-core/ticket-changes.js';
import { recordEvents, TicketEventType } from '../ticket-core/ticket-events.js';
import { assertMayEdit } from '../ticket-core/ticket-permissions.js';
import { firstResponseAfter } from '../ticket-core/first-response.js';
import { fitAssignee } from '../ticket-core/ticket-assignee.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { assertReferences } from '../ticket-core/ticket-references.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { insertTicket } from '../ticket-core/insert-ticket.js';
import { writeTicket } from '../ticket-core/write-ticket.js';
import { readTicket } from '../ticket-core/find-ticket.js';
import { lockTicket } from '../ticket-core/ticket-lock.js';
import { settle } from '../ticket-core/settled-write.js';
import { versionFor } from '../ticket-core/viewer.js';
import { OpenTicketDto } from '../ticket-core/ticket.dto.js';

/** What happens to tickets. Each verb is one transaction with its event; `name` is a ticket's id or number. */
@Injectable()
export class Tickets {
  constructor(
    private readonly db: TenantDatabase,
    private readonly resolved: ResolvedTickets,
  ) {}

  async find(actor: Actor, name: string): Promise<Ticket> {
    return readTicket(this.db.client, ticketReference(name), actor);
  }

  open(actor: Actor, input: OpenTicketDto): Promise<Ticket> {
    const fields = newFields(actor, input);
    return this.db.transaction(async (tx) => {
      await assertReferences(tx, actor, { ...fields, authorId: input.authorId });
      const { columns } = await fitAssignee(tx, nobodys, input, { columns: fields, changes: {} });
      const { assignedToId } = columns as TicketFields;
      const placed = { ...fields, assignedToId };
      const ticket = await insertTicket(tx, { ...placed, submittedById: actor.id });
      const changes = ticketFields.firstTold(placed);
      await recordEvents(tx, ticket, [{ type: TicketEventType.CREATED, actorId: actor.id, changes }]);
      return this.written(await readOwn(tx, ticket, actor));
    });
  }

  async change(actor: Actor, name: string, input: TicketEdit, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertMayEdit(actor, ticket, input);
      assertVersion(version, versionFor(actor, ticket));
      const edit = fieldsIn(ticket, input);
      const planned = planEdit(ticket, edit, actor, ticket.at);
      if (planned !== undefined) {
        const { columns, changes } = await settle(tx, actor, ticket, edit, planned);
        const responded = await firstResponseAfter(tx, ticket, columns);
        const event = { type: TicketEventType.UPDATED, actorId: actor.id, changes };
        await writeTicket(tx, ticket, { ...columns, ...responded }, event);
      }
      return this.written(await readTicket(tx, ticket, actor));
    });
  }

  /** Hides a ticket from everybody until it is restored. */
  async remove(actor: Actor, name: string, version?: number): Promise<void> {
    const reference = ticketReference(name);
    await this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertVersion(version, ticket.version);
      const changes = { deletedAt: { from: null, to: ticket.at.toISOString() } };
      const event = { type: TicketEventType.DELETED, actorId: actor.id, changes };
      await writeTicket(tx, ticket, { deletedAt: ticket.at }, event);
    });
  }

  async restore(actor: Actor, name: string, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor, 'included');
      assertVersion(version, ticket.version);
      if (ticket.deletedAt !== null) {
        const changes = { deletedAt: { from: ticket.deletedAt.toISOString(), to: null } };
        const event = { type: TicketEventType.RESTORED, actorId: actor.id, changes };
        await writeTicket(tx, ticket, { deletedAt: null }, event);
      }
      return this.written(await readTicket(tx, ticket, actor));
    });
  }

  private async written(ticket: Ticket): Promise<Ticket> {
    await this.resolved.note(ticket);
    return ticket;
  }
}

/** Throws TokenInvalid when the caller's account was joined with another at that very moment: the ticket is that one's. */
async function readOwn(tx: Prisma.TransactionClient, { id }: { readonly id: string }, actor: Actor): Promise<Ticket> {
  return readTicket(tx, { id }, actor).catch((error: unknown) => {
    throw error instanceof NotFound ? new TokenInvalid() : error;
  });
}

/** What a ticket has before it is opened. */
const nobodys = { assignedToId: null, groupId: null, status: 'OPEN' } as const;

function newFields(actor: Actor, input: OpenTicketDto): TicketFields {
  const fields = ticketFields.openedWith({ ...input, authorId: input.authorId ?? actor.id }) as TicketFields;
  return { ...fields, assignedToId: resolverOf(fields, actor) };
}
