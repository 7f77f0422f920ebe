import { Injectable } from '@nestjs/common';
import { DomainKeys } from './domain-keys.js';
import { MailAddresses } from './mail-addresses.js';
import { domainOf, OwnAddresses } from './own-addresses.js';

/** What stands in From. */
@Injectable()
export class SenderAddresses {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly own: OwnAddresses,
    private readonly keys: DomainKeys,
  ) {}

  /**
   * The address of a mailbox, once it is verified and receivers can know that its mail left from here; else that which each helpdesk has.
   * Throws CatalogUnavailable.
   */
  async of(address: string | null): Promise<string> {
    if (address === null || !(await this.keys.signs(domainOf(address)))) return this.addresses.support;
    return (await this.own.isVerified(address)) ? address : this.addresses.support;
  }
}
