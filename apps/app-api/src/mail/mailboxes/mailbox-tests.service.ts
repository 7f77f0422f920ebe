import { type Actor, RateLimited } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { MailOutbox } from '../../mail-core/mail-outbox.js';
import { findMailbox } from './mailbox-view.js';
import { MailboxCodes } from './mailbox-codes.js';
import type { TestMailDto } from './mailboxes.dto.js';

const pauseMs = 60_000;

/** Test mails from mailboxes, to the admin who asks. */
@Injectable()
export class MailboxTests {
  constructor(
    private readonly db: TenantDatabase,
    private readonly codes: MailboxCodes,
    private readonly outbox: MailOutbox,
  ) {}

  /** Throws NotFound, RateLimited, ServiceUnavailable. */
  async send({ id: userId }: Actor, id: string): Promise<TestMailDto> {
    const { id: mailboxId } = await findMailbox(this.db.client, id);
    await this.codes.assertLeaves();
    return this.db.transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM "Mailbox" WHERE "id" = ${mailboxId}::uuid FOR UPDATE`;
      const last = await tx.mailDelivery.findFirst({
        where: { kind: 'TEST', mailboxId },
        orderBy: { createdAt: 'desc' },
      });
      const waitMs = last === null ? 0 : last.createdAt.getTime() + pauseMs - Date.now();
      if (waitMs > 0) throw new RateLimited(Math.ceil(waitMs / 1000));
      const { email } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } });
      await tx.mailDelivery.create({ data: { kind: 'TEST', mailboxId, userId, address: email }, select: { id: true } });
      await this.outbox.sendSoon();
      return { to: email };
    });
  }
}
