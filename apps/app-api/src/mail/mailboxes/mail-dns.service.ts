import { Injectable } from '@nestjs/common';
import { MailAddresses, MailDomain } from '../../mail-core/mail-addresses.js';
import { MailDns } from '../../mail-core/mail-dns.js';
import { MailSigning } from '../../mail-core/mail-signing.js';
import { dnsRecords } from './mail-dns-records.js';
import type { MailDnsDto } from './mail-dns.dto.js';

/** What the DNS has to say of the domains of a helpdesk's mailboxes. */
@Injectable()
export class MailDnsRecords {
  constructor(
    private readonly dns: MailDns,
    private readonly addresses: MailAddresses,
    private readonly domain: MailDomain,
    private readonly signing: MailSigning,
  ) {}

  /** Asks the DNS, five seconds at most. Throws CatalogUnavailable. */
  async list(): Promise<MailDnsDto> {
    const signature = await this.signing.shared();
    return { data: [await dnsRecords(this.dns, this.addresses.host, this.domain.name, signature)] };
  }
}
