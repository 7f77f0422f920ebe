import { Forbidden } from '@helpdeskly/errors';
import type { CommentVisibility, TicketStatus } from '@helpdeskly/tenant-db';
import { ticketFields, type TicketEdit } from './ticket-changes.js';
import { isStaff, type Viewer } from './viewer.js';

/** What customers may set: resolved, or open again. */
const customerStatuses: readonly TicketStatus[] = ['OPEN', 'RESOLVED'];

/** Customers resolve and reopen their own; everything else about a ticket is the agents'. Throws Forbidden. */
export function assertMayEdit(actor: Viewer, { authorId }: { readonly authorId: string }, edit: TicketEdit): void {
  if (isStaff(actor)) return;
  if (authorId !== actor.id && Object.values(edit).some((value) => value !== undefined))
    throw new Forbidden('A customer may not change the tickets of others.');
  const { status, addTags, removeTags, ...fields } = edit;
  const closed = ticketFields.closed.change.filter(
    (name) => (fields as Readonly<Record<string, unknown>>)[name] !== undefined,
  );
  if (closed.length > 0 || addTags !== undefined || removeTags !== undefined)
    throw new Forbidden('A customer may change only the status of a ticket.');
  if (status !== undefined && !customerStatuses.includes(status))
    throw new Forbidden('A customer may only resolve a ticket or open it again.');
}

/** Throws Forbidden when a customer writes what only agents read, or to a ticket that is for reading only. */
export function assertMayWrite(actor: Viewer, visibility: CommentVisibility, takesPart: boolean): void {
  if (isStaff(actor)) return;
  if (visibility === 'INTERNAL') throw new Forbidden('A customer may not write internal comments.');
  if (!takesPart)
    throw new Forbidden('A customer may read the tickets of the organization, but write only to their own.');
}
