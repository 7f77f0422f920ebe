import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { ResolvedTickets } from '../auto-close/resolved-tickets.js';
import { firstValues, planEdit, resolverOf, type TicketFields } from './ticket-changes.js';
import { recordEvents, TicketEventType } from './ticket-events.js';
import { assertMayEdit } from './ticket-permissions.js';
import { firstResponseUnder } from './first-response.js';
import { fitAssignee } from './ticket-assignee.js';
import { ticketReference } from './ticket-reference.js';
import { assertReferences } from './ticket-references.js';
import type { Ticket } from './ticket-select.js';
import { insertTicket, lockTicket, readTicket, writeTicket } from './tickets.queries.js';
import { versionFor } from './viewer.js';
import { ChangeTicketDto, OpenTicketDto } from './tickets.dto.js';

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
      const changes = firstValues(placed);
      await recordEvents(tx, ticket, [{ type: TicketEventType.CREATED, actorId: actor.id, changes }]);
      return this.written(await readTicket(tx, ticket, actor));
    });
  }

  async change(actor: Actor, name: string, input: ChangeTicketDto, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    const edit = { ...input, tags: input.tags === null ? [] : input.tags };
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertMayEdit(actor, ticket, edit);
      assertVersion(version, versionFor(actor, ticket));
      const planned = planEdit(ticket, edit, actor, ticket.at);
      if (planned !== undefined) {
        await assertReferences(tx, actor, planned.columns, ticket.number);
        const plan = await fitAssignee(tx, ticket, edit, planned);
        const { authorId } = plan.columns;
        const responded =
          authorId === undefined ? {} : { firstRespondedAt: await firstResponseUnder(tx, ticket, authorId) };
        await writeTicket(
          tx,
          ticket,
          { ...plan.columns, ...responded },
          {
            type: TicketEventType.UPDATED,
            actorId: actor.id,
            changes: plan.changes,
          },
        );
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

/** What a ticket has before it is opened. */
const nobodys = { assignedToId: null, groupId: null, status: 'OPEN' } as const;

function newFields(actor: Actor, input: OpenTicketDto): TicketFields {
  const status = input.status ?? 'OPEN';
  return {
    title: input.title,
    description: input.description,
    status,
    priority: input.priority ?? 'MEDIUM',
    tags: input.tags ?? [],
    authorId: input.authorId ?? actor.id,
    assignedToId: resolverOf({ status, assignedToId: input.assignedToId ?? null }, actor),
    groupId: input.groupId ?? null,
    followUpOfId: input.followUpOfId ?? null,
  };
}
