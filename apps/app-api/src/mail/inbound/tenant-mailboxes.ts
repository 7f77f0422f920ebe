import { hashToken } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { MailAddresses, type OwnAddress } from '../../mail-core/mail-addresses.js';
import { addressKeyOf, OwnAddresses } from '../../mail-core/own-addresses.js';
import { ReplyAddresses } from '../../mail-core/reply-addresses.js';
import type { ParsedMail } from './parsed-mail.js';

type Named = Pick<ParsedMail, 'to' | 'cc' | 'headers'>;

/** Where a forwarder says to whom a mail was sent first. */
const forwarded = ['delivered-to', 'x-original-to', 'x-forwarded-to', 'envelope-to'];
/** More recipients than a mail has to one of ours. */
const mostNamed = 200;

/** The addresses that the current tenant has. */
@Injectable()
export class TenantMailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly addresses: MailAddresses,
    private readonly replies: ReplyAddresses,
    private readonly own: OwnAddresses,
  ) {}

  /** What X-Loop of ours says. */
  get loopMark(): string {
    return this.addresses.host;
  }

  /** See MailAddresses. */
  read(address: string): OwnAddress | undefined {
    return this.addresses.read(address);
  }

  /** Whether mail is taken for this address. A token that was never given out is no address. Throws CatalogUnavailable. */
  async has(address: string): Promise<boolean> {
    const ours = this.addresses.read(address);
    if (ours === undefined) return this.own.has(address);
    if (ours.for === 'reply') return (await this.replies.findReplyToken(this.db.client, ours.token)) !== undefined;
    if (ours.for === 'support') return true;
    const bounceHash = new Uint8Array(hashToken(ours.token));
    return (await this.db.client.mailDelivery.count({ where: { bounceHash } })) > 0;
  }

  /**
   * Whether an address is the helpdesk itself: it is nobody's whose mail is filed, or who is let into a ticket. `isMailbox`: whether a
   * mailbox has it, where that is known. Throws CatalogUnavailable.
   */
  async isOurs(address: string, isMailbox?: boolean): Promise<boolean> {
    if (this.addresses.read(address) !== undefined) return true;
    if (isMailbox === undefined) return this.own.has(address);
    return isMailbox && (await this.own.isVerified(address));
  }

  /** The mailbox to which a mail was sent: one of an own address that its envelope, or its header, names; else that of support. */
  async mailboxOf({ to, cc, headers }: Named, envelopeTo: readonly string[]): Promise<Mailbox | null> {
    const all = await this.db.client.mailbox.findMany();
    const own = all.filter(({ address }) => address !== null);
    const named = [...to, ...cc, ...forwarded.flatMap((name) => headers.addresses(name))].slice(0, mostNamed);
    const keys = [...envelopeTo, ...named.map(({ address }) => address)].map(addressKeyOf);
    const meant = keys.flatMap((key) => own.filter(({ addressKey }) => addressKey === key));
    if (meant.length > 0) {
      const verified = await this.own.verified();
      const first = meant.find(({ addressKey }) => verified.has(addressKey ?? ''));
      if (first !== undefined) return first;
    }
    return all.find(({ address }) => address === null) ?? null;
  }
}
