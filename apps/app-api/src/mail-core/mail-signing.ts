import { openMailKey, readMailKey, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { DomainKeys } from './domain-keys.js';
import { MailDomain } from './mail-addresses.js';
import type { MailSignature } from './mail-records.js';
import { domainOf } from './own-addresses.js';

/** The control plane makes the key once: how long it is kept bounds how long a process signs with one that was replaced. */
const keptMs = 600_000;

/** The signatures of mails: from addresses below MAIL_DOMAIN all tenants share one, each domain of their own has its own. */
@Injectable()
export class MailSigning {
  private known: { readonly signature: MailSignature; readonly readAt: number } | undefined;

  constructor(
    private readonly domain: MailDomain,
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
    private readonly keys: DomainKeys,
  ) {}

  /** That of an address of the current tenant. Undefined before there is a key, or the DNS has it. Throws CatalogUnavailable. */
  async of(address: string): Promise<MailSignature | undefined> {
    return this.domain.slugOf(address) === undefined ? this.keys.signatureOf(domainOf(address)) : this.shared();
  }

  /** That of MAIL_DOMAIN; undefined before there is a key. Throws CatalogUnavailable. */
  async shared(): Promise<MailSignature | undefined> {
    if (this.known !== undefined && performance.now() - this.known.readAt < keptMs) return this.known.signature;
    const key = await readMailKey(this.catalog);
    if (key === undefined) return undefined;
    const { selector, publicKey } = key;
    const signature = { domain: this.domain.name, selector, publicKey, privateKey: openMailKey(this.secrets, key) };
    this.known = { signature, readAt: performance.now() };
    return signature;
  }
}
