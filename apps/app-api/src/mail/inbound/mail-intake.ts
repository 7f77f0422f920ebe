import { createHash } from 'node:crypto';
import { isUniqueViolation } from '@helpdeskly/database';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { StorageUsage } from '../../attachments/storage-usage.js';
import { isForBounces } from '../../mail-core/mail-addresses.js';
import { contentKeyOf, partsOf } from './content-key.js';
import { noRoom, unknownSender } from './errors.js';
import { InboundTimer } from './inbound-timer.js';
import { plainText } from './mail-headers.js';
import { RawMails } from './raw-mails.js';

/** A message and its envelope, of which all recipients belong to the current tenant. */
export interface IncomingMail {
  readonly raw: Buffer;
  /** Empty for a mail from nobody. */
  readonly envelopeFrom: string;
  readonly envelopeTo: readonly string[];
  /** Who handed it in; null by HTTP and from a relay that does not tell. */
  readonly clientAddress: string | null;
  readonly clientName: string | null;
  /** Whether a relay that we trust did. */
  readonly relayed: boolean;
}

/** Takes messages in: what it answers for is stored on disk, and filed once. */
@Injectable()
export class MailIntake {
  constructor(
    private readonly db: TenantDatabase,
    private readonly raws: RawMails,
    private readonly storage: StorageUsage,
    private readonly timer: InboundTimer,
  ) {}

  /** Stored durably once this answers its id, now or by an earlier delivery. Throws MailRefused, and what a database or a storage throws. */
  async take(mail: IncomingMail, { tenant }: Pick<TenantContext['current'], 'tenant'>): Promise<string> {
    const limit = tenant.storageBytes;
    await this.assertWelcome(mail, limit);
    const id = await this.reserve(mail);
    try {
      await this.raws.put(id, mail.raw);
      await this.db.transaction(async (tx) => {
        await tx.inboundMail.update({ where: { id }, data: { storedAt: new Date() }, select: { id: true } });
        if ((await this.storage.bytes(tx)) > limit) throw noRoom();
      });
    } catch (error) {
      await this.raws.forget(id).catch(() => undefined); // Abandoned: it is removed within hours.
      if (!isUniqueViolation(error, 'InboundMail_content')) throw error;
      return this.earlier(mail);
    }
    await this.storage.tell();
    this.timer.expect({ tenantId: tenant.id, generation: tenant.generation }, Date.now());
    return id;
  }

  /** The mail that was stored first. */
  private async earlier({ raw }: IncomingMail): Promise<string> {
    const contentKey = new Uint8Array(contentKeyOf(raw));
    const where = { contentKey, storedAt: { not: null } };
    return (await this.db.client.inboundMail.findFirstOrThrow({ where, select: { id: true } })).id;
  }

  /** The message's row, before its bytes. */
  private async reserve({ raw, envelopeFrom, envelopeTo, ...client }: IncomingMail): Promise<string> {
    const row = await this.db.client.inboundMail.create({
      data: {
        ...client,
        envelopeFrom: plainText(envelopeFrom),
        envelopeTo: envelopeTo.map(plainText),
        size: raw.length,
        sha256: new Uint8Array(createHash('sha256').update(raw).digest()),
        contentKey: new Uint8Array(contentKeyOf(raw)),
      },
      select: { id: true },
    });
    return row.id;
  }

  /** Unknown senders are let in unless the helpdesk wants none; reports about our own mails always. Throws MailRefused. */
  private async assertWelcome({ raw, envelopeTo }: IncomingMail, limit: number): Promise<void> {
    const [known] = await this.db.select<{ mailSignUp: boolean; stored: string }>(Prisma.sql`
      SELECT s."mailSignUp", u."bytes"::text AS "stored" FROM "Settings" s JOIN "StorageUsage" u ON u."id" = s."id" WHERE s."id" = 1`);
    if (known === undefined) throw new Error('A tenant has settings and a count of its storage.');
    if (!known.mailSignUp && !envelopeTo.some(isForBounces)) await this.assertSenderKnown(raw);
    if (Number(known.stored) + raw.length > limit) throw noRoom();
  }

  private async assertSenderKnown(raw: Buffer): Promise<void> {
    const addressKey = partsOf(raw).head.addresses('from')[0]?.address.toLowerCase() ?? '';
    const known = await this.db.client.userAddress.count({ where: { addressKey } });
    if (known === 0) throw unknownSender();
  }
}
