import type { Prisma } from '@helpdeskly/tenant-db';
import type { FieldChanges } from './column-fields.js';
import { readTicket } from './find-ticket.js';
import { fieldsIn, planEdit, type LockedTicket, type TicketEdit } from './ticket-changes.js';
import { TicketEventType } from './ticket-events.js';
import { assertMayEdit } from './ticket-permissions.js';
import type { TicketReference } from './ticket-reference.js';
import type { Ticket } from './ticket-select.js';
import type { TicketWrite, TicketWrites } from './ticket-writes.js';
import type { Viewer } from './viewer.js';

/**
 * What PATCH /tickets/:id does, for whoever changes tickets. Answers the ticket as it is then. Throws NotFound, Forbidden, VersionConflict,
 * TicketClosed, InvalidTransition, TooManyTags, InvalidReference.
 */
export async function changeTicket(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  actor: Viewer,
  reference: TicketReference,
  edit: TicketEdit,
  version?: number,
): Promise<Ticket> {
  const may = (found: LockedTicket) => assertMayEdit(actor, found, edit);
  const decide = (found: LockedTicket) => edited(found, edit, actor);
  const { ticket } = await writes.writeTicket(tx, reference, actor, decide, { may, version });
  return readTicket(tx, ticket, actor);
}

function edited(ticket: LockedTicket, input: TicketEdit, actor: Viewer): TicketWrite | undefined {
  const edit = fieldsIn(ticket, input);
  const planned = planEdit(ticket, edit, actor, ticket.at);
  if (planned === undefined) return undefined;
  const events = (changes: FieldChanges) => [{ type: TicketEventType.UPDATED, actorId: actor.id, changes }];
  return { ...planned, edit, events };
}
