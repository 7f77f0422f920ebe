import { hashToken } from '@helpdeskly/auth';
import type { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../edge/data-ciphers.js';
import { base32 } from './base32.js';
import { MailAddresses } from './mail-addresses.js';

/** Whose reply address it is, and for which ticket. */
export interface ReplyAddressee {
  readonly ticketId: string;
  readonly userId: string;
}

/**
 * Reply addresses: whoever writes to one speaks as its person in its ticket. Its 128 bits are an HMAC under the tenant's data key, so
 * that each mail to a person can name the same one, while the database holds only its hash.
 */
@Injectable()
export class ReplyAddresses {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly ciphers: DataCiphers,
  ) {}

  /** Throws CatalogUnavailable, ServiceUnavailable. */
  async replyAddressOf(tx: Prisma.TransactionClient, { ticketId, userId }: ReplyAddressee): Promise<string> {
    const token = await this.secretOf(['reply', ticketId, userId]);
    const row = { tokenHash: new Uint8Array(hashToken(token)), ticketId, userId };
    await tx.replyToken.createMany({ data: [row], skipDuplicates: true });
    return this.addresses.reply(token);
  }

  /** Whose a token is, whatever its case; undefined for one that was never given out. The account or ticket may have been merged since. */
  async findReplyToken(db: TenantPrisma, token: string): Promise<ReplyAddressee | undefined> {
    const tokenHash = new Uint8Array(hashToken(token.toLowerCase()));
    const found = await db.replyToken.findUnique({ where: { tokenHash }, select: { ticketId: true, userId: true } });
    return found ?? undefined;
  }

  /** The token by which a mail that comes back names its delivery. Throws CatalogUnavailable, ServiceUnavailable. */
  bounceTokenOf(deliveryId: string): Promise<string> {
    return this.secretOf(['bounce', deliveryId]);
  }

  private async secretOf(parts: readonly string[]): Promise<string> {
    const [hmac] = (await this.ciphers.current()).fingerprints(parts);
    return base32(hmac ?? Buffer.alloc(0));
  }
}
