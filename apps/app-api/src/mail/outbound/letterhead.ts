import { TenantCatalog } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { tenantUrl } from '../../edge/tenant-url.js';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { messageIdOf, type OwnMessage } from '../../mail-core/message-ids.js';
import { MailSettings } from '../../mail-core/mail-settings.js';
import { SenderAddresses } from '../../mail-core/sender-addresses.js';
import type { MailPerson } from './relay.js';

/** How the current tenant's mails are headed. */
@Injectable()
export class Letterhead {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly senders: SenderAddresses,
    private readonly catalog: TenantCatalog,
    private readonly settings: MailSettings,
  ) {}

  /**
   * From whom a mail is. Null: support at the helpdesk's own mail host, and the helpdesk's name. Another address stands there once it may
   * (see SenderAddresses). Throws CatalogUnavailable.
   */
  async sender(mailbox: { readonly address: string | null; readonly name: string | null }): Promise<MailPerson> {
    const name = mailbox.name ?? (await this.helpdeskName());
    return { name, address: await this.senders.of(mailbox.address) };
  }

  /** Throws CatalogUnavailable. */
  async helpdeskName(): Promise<string> {
    const { id, slug } = this.addresses.tenant;
    return (await this.catalog.nameOf(id)) ?? slug;
  }

  /** A page of the helpdesk. */
  page(path: string): string {
    return tenantUrl(this.settings.publicUrl, this.addresses.tenant.slug, path).href;
  }

  /** What people call a ticket in mails. Programs do not read it. */
  reference(number: number): string {
    return `${this.addresses.tenant.slug}-${number}`;
  }

  subject(number: number, title: string): string {
    return `[${this.reference(number)}] ${title}`;
  }

  /** What X-Loop of ours says. */
  get loopMark(): string {
    return this.addresses.host;
  }

  messageId(message: OwnMessage): string {
    return messageIdOf(message, this.addresses.host);
  }

  /** The envelope sender to which a mail comes back. */
  bounces(token: string): string {
    return this.addresses.bounces(token);
  }
}
