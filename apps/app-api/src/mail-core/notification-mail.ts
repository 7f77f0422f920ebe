import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../notification-core/notifier.js';
import { MailOutbox } from './mail-outbox.js';

/** Puts out the mails that tell of notifications, in the transaction that writes these. */
@Injectable()
export class NotificationMail {
  constructor(
    private readonly outbox: MailOutbox,
    notifier: Notifier,
  ) {
    if (outbox.leaves) notifier.join((tx, ids) => this.follow(tx, ids));
  }

  private async follow(tx: Prisma.TransactionClient, ids: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO "MailDelivery" ("kind", "ticketId", "userId", "address", "notificationId")
      SELECT 'NOTIFICATION', n."ticketId", u."id", u."email", n."id"
        FROM "Notification" n JOIN "User" u ON u."id" = n."userId"
       WHERE n."id" = ANY (${[...ids]}::uuid[]) ORDER BY n."id"`;
    await this.outbox.sendSoon();
  }
}
