import { ValidationFailed } from '@helpdeskly/errors';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { DomainKeys } from '../../mail-core/domain-keys.js';
import { MailDomain } from '../../mail-core/mail-addresses.js';
import { addressKeyOf, domainOf, OwnAddresses } from '../../mail-core/own-addresses.js';

const label = /^[a-z0-9-]{1,63}$/;

/** Whether it is a host name with a dot in it, as the DNS has it: letters, digits and hyphens. */
function isHostName(host: string): boolean {
  const labels = host.split('.');
  const isLabel = (text: string) => label.test(text) && !text.startsWith('-') && !text.endsWith('-');
  return host.length <= 253 && labels.length > 1 && labels.every(isLabel) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Domains of the helpdesk's own: what is an address there, and the keys that sign for it. */
@Injectable()
export class OwnDomains {
  constructor(
    private readonly db: TenantDatabase,
    private readonly domain: MailDomain,
    private readonly keys: DomainKeys,
    private readonly own: OwnAddresses,
  ) {}

  /** The address as it is kept: the local part as it was written. Throws ValidationFailed. */
  judge(address: string): string {
    const host = domainOf(address);
    if (this.domain.covers(address))
      throw wrong('This address is below the domain of the installation: helpdesks have theirs by themselves.');
    if (!isHostName(host)) throw wrong('Write the domain as the DNS has it, such as customer.example.');
    return `${address.slice(0, address.lastIndexOf('@'))}@${host}`;
  }

  /** See DomainKeys. */
  ensureKey(domain: string): Promise<void> {
    return this.keys.ensure(domain);
  }

  /** See OwnAddresses. */
  claim(address: string, verified?: boolean): Promise<boolean> {
    return this.own.claim(address, verified);
  }

  isVerified(address: string): Promise<boolean> {
    return this.own.isVerified(address);
  }

  /** Gives up an address without a mailbox, and the key of a domain without any. Throws CatalogUnavailable. */
  async release(address: string): Promise<void> {
    const { mailbox, mailDomainKey } = this.db.client;
    if ((await mailbox.count({ where: { addressKey: addressKeyOf(address) } })) > 0) return;
    await this.own.free(address);
    const domain = domainOf(address);
    if ((await mailbox.count({ where: { addressKey: { endsWith: `@${domain}` } } })) > 0) return;
    await mailDomainKey.deleteMany({ where: { domain } });
  }
}

const wrong = (message: string) => new ValidationFailed([{ field: 'address', code: 'invalid', message }]);
