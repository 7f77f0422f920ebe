import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import { MailOutbox } from './mail-outbox.js';

type Transaction = Prisma.TransactionClient;

/** Puts out the mails that tell of closed tickets, in the transaction that closes them. */
@Injectable()
export class ClosingMail {
  constructor(
    private readonly outbox: MailOutbox,
    written: OnTicketWritten,
  ) {
    if (outbox.leaves) written.join((tx, events, ticketId) => this.follow(tx, events, ticketId));
  }

  private async follow(tx: Transaction, events: readonly RecordedEvent[], ticketId: string): Promise<void> {
    const closing = events.find(({ type, changes }) => endsBy.includes(type) && changes.status?.to === 'CLOSED');
    // Whoever sent spam hears nothing more, and what was merged goes on elsewhere.
    if (closing === undefined || events.some(({ changes }) => changes.spam !== undefined)) return;
    if ((await putOut(tx, ticketId, closing.actorId)) > 0) await this.outbox.sendSoon();
  }
}

const { IMPORTED } = TicketEventType;
const endsBy: readonly TicketEventType[] = [TicketEventType.UPDATED, TicketEventType.COMMENTED];

/**
 * One for the ticket's author, if the helpdesk wants that: none to whoever closed it, to somebody who is disabled or blocked, or who does
 * not see the ticket; nor to anybody when a ticket closes by itself that was resolved in another helpdesk, before it was imported. Answers how many.
 */
function putOut(tx: Transaction, ticketId: string, actorId: string | null): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "MailDelivery" ("kind", "ticketId", "userId", "address")
    SELECT 'CLOSED', t."id", u."id", u."email"
      FROM "Ticket" t
      JOIN "User" u ON u."id" = t."authorId" AND u."status" <> 'DISABLED' AND u."id" IS DISTINCT FROM ${actorId}::uuid
      JOIN "Settings" s ON s."closedMail"
     WHERE t."id" = ${ticketId}::uuid AND t."deletedAt" IS NULL
       AND (u."role" <> 'CUSTOMER' OR NOT t."internal" OR t."publicCommentCount" > 0)
       AND NOT EXISTS (SELECT FROM "SpamTicket" p WHERE p."ticketId" = t."id")
       AND (${actorId}::uuid IS NOT NULL OR NOT EXISTS (
         SELECT FROM "TicketEvent" e WHERE e."ticketId" = t."id" AND e."type" = ${IMPORTED} AND e."createdAt" > t."resolvedAt"))`;
}
