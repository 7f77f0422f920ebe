import { takeOperatorMail, TenantCatalog } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { contentKeyOf, partsOf } from './content-key.js';
import { noRoomForOperators, tooLargeForOperators } from './errors.js';
import { MailHosts } from './mail-hosts.js';
import { plainText } from './mail-headers.js';
import type { IncomingMail } from './mail-intake.js';

/** Larger ones are nobody's word to a postmaster. */
const largest = 1024 * 1024;
const longest = 998;

/**
 * Mails to postmaster (RFC 5321, 4.5.1) and abuse (RFC 2142) of MAIL_DOMAIN and of each helpdesk's host. Operators read them at the control API;
 * nothing answers them and nothing sends them on, so that no loop can begin.
 */
@Injectable()
export class OperatorMails {
  constructor(
    private readonly hosts: MailHosts,
    private readonly catalog: TenantCatalog,
  ) {}

  /** Whether an address is one of these. Throws CatalogUnavailable. */
  async have(address: string): Promise<boolean> {
    return /^(?:postmaster|abuse)@/i.test(address) && (await this.hosts.isServed(address));
  }

  /** Stored once this resolves. Throws MailRefused, CatalogUnavailable. */
  async take({ raw, envelopeFrom, envelopeTo, clientAddress }: IncomingMail): Promise<void> {
    if (raw.length > largest) throw tooLargeForOperators();
    const { head } = partsOf(raw);
    const taken = await takeOperatorMail(this.catalog, {
      contentKey: contentKeyOf(raw),
      recipient: short(envelopeTo.join(', ')),
      envelopeFrom: short(envelopeFrom),
      clientAddress,
      fromAddress: short(head.addresses('from')[0]?.address ?? '') || null,
      subject: short(head.text('subject')) || null,
      raw,
    });
    if (!taken) throw noRoomForOperators();
  }
}

const short = (text: string) => [...plainText(text)].slice(0, longest).join('');
