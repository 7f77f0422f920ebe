import { Injectable } from '@nestjs/common';
import { DomainKeys } from '../../mail-core/domain-keys.js';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { MailDns } from '../../mail-core/mail-dns.js';
import { MailSigning } from '../../mail-core/mail-signing.js';
import { dnsRecords, ownDomainRecords } from './mail-dns-records.js';
import type { MailDnsDto } from './mail-dns.dto.js';

/** What the DNS has to say of the domains of a helpdesk's mailboxes. */
@Injectable()
export class MailDnsRecords {
  constructor(
    private readonly dns: MailDns,
    private readonly addresses: MailAddresses,
    private readonly signing: MailSigning,
    private readonly keys: DomainKeys,
  ) {}

  /** Asks the DNS, five seconds at most. Throws CatalogUnavailable. */
  async list(): Promise<MailDnsDto> {
    const signature = await this.signing.shared();
    const [shared, own] = await Promise.all([
      dnsRecords(this.dns, this.addresses, signature),
      this.keys.published().then((keys) => Promise.all(keys.map((key) => ownDomainRecords(this.dns, key)))),
    ]);
    return { data: [shared, ...own] };
  }
}
