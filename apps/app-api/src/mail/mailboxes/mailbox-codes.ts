import { randomInt, timingSafeEqual } from 'node:crypto';
import { ServiceUnavailable, ValidationFailed } from '@helpdeskly/errors';
import { RateLimited } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox, MailboxCode, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../../edge/data-ciphers.js';
import { MailOutbox } from '../../mail-core/mail-outbox.js';

/** Eight digits, guessed at five times. */
const digits = 8;
const mostGuesses = 5;
const dayMs = 24 * 3_600_000;
const pauseMs = 60_000;
/** Mails with a code to one address in a day: nobody's mailbox is filled by them. */
const mostADay = 5;

/** Sends codes to addresses of the helpdesk's own, and compares what comes back. */
@Injectable()
export class MailboxCodes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly ciphers: DataCiphers,
    private readonly outbox: MailOutbox,
  ) {}

  /** Throws ServiceUnavailable where no mail leaves. */
  async assertLeaves(): Promise<void> {
    const { outgoingMail } = await this.db.client.settings.findUniqueOrThrow({ where: { id: 1 } });
    if (!this.outbox.leaves || !outgoingMail)
      throw new ServiceUnavailable('No mail leaves this helpdesk: turn it on in the settings, or ask your operators.');
  }

  /** A new code, in place of the one before. Throws RateLimited, CatalogUnavailable, ServiceUnavailable. */
  async send(tx: Prisma.TransactionClient, { id, address }: Mailbox): Promise<void> {
    const now = new Date();
    const last = await tx.mailboxCode.findUnique({ where: { mailboxId: id } });
    const inTheDay = last !== null && now.getTime() - last.sentSince.getTime() < dayMs;
    const waitMs = last === null ? 0 : waitAfter(last, now);
    if (waitMs > 0) throw new RateLimited(Math.ceil(waitMs / 1000));
    const code = String(randomInt(10 ** digits)).padStart(digits, '0');
    const cipher = await this.ciphers.current();
    const data = {
      codeHash: new Uint8Array(await this.hashOf(id, code)),
      expiresAt: new Date(now.getTime() + dayMs),
      guesses: 0,
      sentAt: now,
      sent: inTheDay ? last.sent + 1 : 1,
      sentSince: inTheDay ? last.sentSince : now,
    };
    await tx.mailboxCode.upsert({ where: { mailboxId: id }, create: { mailboxId: id, ...data }, update: data });
    const kind = 'ADDRESS_CODE' as const;
    await tx.mailDelivery.deleteMany({ where: { mailboxId: id, kind, status: 'QUEUED' } });
    const mail = { kind, mailboxId: id, address: address ?? '', sealedSecret: cipher.seal(code, id) };
    await tx.mailDelivery.create({ data: mail, select: { id: true } });
    await this.outbox.sendSoon();
  }

  /** Counts the guess, whatever becomes of the request. Throws ValidationFailed for a wrong code, RateLimited. */
  async assertRight(mailboxId: string, code: string): Promise<void> {
    const [kept] = await this.db.client.mailboxCode.updateManyAndReturn({
      where: { mailboxId, guesses: { lt: mostGuesses }, expiresAt: { gt: new Date() } },
      data: { guesses: { increment: 1 } },
    });
    if (kept === undefined) throw wrongCode('This code is no longer good: have another one sent.');
    if (!timingSafeEqual(kept.codeHash, await this.hashOf(mailboxId, code))) throw wrongCode('This is not the code.');
  }

  private async hashOf(mailboxId: string, code: string): Promise<Buffer> {
    const [hash] = (await this.ciphers.current()).fingerprints(['mailbox code', mailboxId, code]);
    return hash ?? Buffer.alloc(32);
  }
}

/** Until another code may be sent. */
function waitAfter({ sent, sentAt, sentSince }: MailboxCode, now: Date): number {
  const afterLast = sentAt.getTime() + pauseMs - now.getTime();
  const afterFirst = sent < mostADay ? 0 : sentSince.getTime() + dayMs - now.getTime();
  return Math.max(afterLast, afterFirst);
}

const wrongCode = (message: string) => new ValidationFailed([{ field: 'code', code: 'invalid', message }]);
