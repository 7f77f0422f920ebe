import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../edge/data-ciphers.js';
import { MailOutbox } from './mail-outbox.js';

/** Puts out the mails by which people come into their accounts. */
@Injectable()
export class AccountMail {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly ciphers: DataCiphers,
    private readonly db: TenantDatabase,
  ) {}

  get leaves(): boolean {
    return this.outbox.leaves;
  }

  /** In the transaction that issues the token; nothing while no mail leaves. Throws CatalogUnavailable, ServiceUnavailable. */
  async invite(tx: Prisma.TransactionClient, { id, email }: Pick<User, 'id' | 'email'>, token: string): Promise<void> {
    if (!this.outbox.leaves) return;
    const sealedSecret = (await this.ciphers.current()).seal(token, id);
    const data = { kind: 'INVITATION', userId: id, address: email, sealedSecret } as const;
    await tx.mailDelivery.create({ data, select: { id: true } });
    await this.outbox.sendSoon();
  }

  /**
   * A wish for a way into the account of an address. Whether there is one is found out when the mail is written, so that nobody can tell
   * from how long this takes.
   */
  async offerReset(address: string): Promise<void> {
    if (!this.outbox.leaves) return;
    await this.db.transaction(async (tx) => {
      await tx.mailDelivery.create({ data: { kind: 'PASSWORD_RESET', address }, select: { id: true } });
      await this.outbox.sendSoon();
    });
  }
}
