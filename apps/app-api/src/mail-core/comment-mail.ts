import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import { MailOutbox } from './mail-outbox.js';

type Transaction = Prisma.TransactionClient;

/** Puts the mails of public comments into the outbox, in the transaction that writes the comment. */
@Injectable()
export class CommentMail {
  constructor(
    private readonly outbox: MailOutbox,
    written: OnTicketWritten,
  ) {
    if (outbox.leaves) written.join((tx, events) => this.follow(tx, events));
  }

  private async follow(tx: Transaction, events: readonly RecordedEvent[]): Promise<void> {
    for (const { type, internal = false, changes } of events) {
      const commentId = changes.commentId?.to;
      if (type !== TicketEventType.COMMENTED || internal || typeof commentId !== 'string') continue;
      if ((await putOut(tx, commentId)) > 0) await this.outbox.sendSoon();
    }
  }
}

/**
 * One mail for the ticket's author and each CC participant, of a public comment by staff; none to whoever wrote it, nor to somebody who is
 * disabled. Answers how many.
 */
function putOut(tx: Transaction, commentId: string): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "MailDelivery" ("kind", "ticketId", "commentId", "userId", "address")
    SELECT 'REPLY', c."ticketId", c."id", u."id", u."email"
      FROM "Comment" c
      JOIN "User" writer ON writer."id" = c."authorId" AND writer."role" <> 'CUSTOMER'
      JOIN "Ticket" t ON t."id" = c."ticketId"
      CROSS JOIN LATERAL (
             SELECT t."authorId" AS "id"
              UNION SELECT p."userId" FROM "TicketParticipant" p WHERE p."ticketId" = t."id" AND p."role" = 'CC') reader
      JOIN "User" u ON u."id" = reader."id" AND u."id" <> c."authorId" AND u."status" <> 'DISABLED'
     WHERE c."id" = ${commentId}::uuid AND c."visibility" = 'PUBLIC'
     ORDER BY u."role", u."id"`;
}
