import { Prisma } from '@helpdeskly/tenant-db';
import { named, type TicketReference } from '../ticket-core/ticket-reference.js';
import type { Viewer } from '../ticket-core/viewer.js';

/** Takes away somebody's draft for a ticket, in the transaction in which they write a comment to it. */
export async function removeSentDraft(
  tx: Prisma.TransactionClient,
  { id }: Viewer,
  reference: TicketReference,
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "Draft" d USING "Ticket" t
     WHERE d."userId" = ${id}::uuid AND d."ticketId" = t."id" AND ${named(reference)}`;
}
