import { hashToken } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { ReplyAddresses } from '../../mail-core/reply-addresses.js';

/** The addresses that the current tenant has. */
@Injectable()
export class TenantMailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly addresses: MailAddresses,
    private readonly replies: ReplyAddresses,
  ) {}

  /** A token that was never given out is no address. */
  async has(address: string): Promise<boolean> {
    const own = this.addresses.read(address);
    if (own?.for === 'reply') return (await this.replies.findReplyToken(this.db.client, own.token)) !== undefined;
    if (own?.for !== 'bounce') return own !== undefined;
    const bounceHash = new Uint8Array(hashToken(own.token));
    return (await this.db.client.mailDelivery.count({ where: { bounceHash } })) > 0;
  }
}
