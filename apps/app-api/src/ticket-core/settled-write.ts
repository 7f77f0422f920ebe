import type { Prisma } from '@helpdeskly/tenant-db';
import { fitAssignee } from './ticket-assignee.js';
import type { PlannedWrite, TicketFields } from './ticket-changes.js';
import { assertReferences } from './ticket-references.js';
import type { LockedTicket } from './ticket-changes.js';
import type { Viewer } from './viewer.js';

/** A write to a locked ticket that was planned for `edit`, judged by what it refers to. Throws InvalidReference. */
export async function settle(
  tx: Prisma.TransactionClient,
  actor: Viewer,
  ticket: LockedTicket,
  edit: Partial<TicketFields>,
  planned: PlannedWrite,
): Promise<PlannedWrite> {
  await assertReferences(tx, actor, planned.columns, ticket.number);
  return fitAssignee(tx, ticket, edit, planned);
}
