import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { MailOutbox } from '../../mail-core/mail-outbox.js';
import type { FiledMail } from './filed-mail.js';

/** Puts out the automatic answers of mailboxes to mails that open tickets, in the transaction that files these. */
@Injectable()
export class AutomaticAnswers {
  constructor(private readonly outbox: MailOutbox) {}

  /**
   * To the address that wrote, once an hour: what answers by itself without saying so ends there. None to machines, nor where DMARC says
   * that somebody else wrote it.
   */
  async follow(tx: Prisma.TransactionClient, mail: FiledMail, ticketId: string): Promise<void> {
    const { letter, sender, mailbox, verdict, trust, automatism } = mail;
    const isWelcome = trust.speaks && verdict !== 'FAIL' && automatism.mayAnswer;
    if (!this.outbox.leaves || mailbox?.autoReply !== true || !isWelcome || letter.from === undefined) return;
    // Two of one sender's mails that are filed at once see each other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`automatic answer ${sender.id}`}, 0))::text`;
    const answered = await tx.$executeRaw`
      INSERT INTO "MailDelivery" ("kind", "ticketId", "userId", "mailboxId", "address")
      SELECT 'RECEIVED', ${ticketId}::uuid, ${sender.id}::uuid, ${mailbox.id}::uuid, ${letter.from.address}
       WHERE NOT EXISTS (
             SELECT FROM "MailDelivery" d WHERE d."userId" = ${sender.id}::uuid AND d."kind" = 'RECEIVED'
                AND d."createdAt" > clock_timestamp() - interval '1 hour')`;
    if (answered > 0) await this.outbox.sendSoon();
  }
}
