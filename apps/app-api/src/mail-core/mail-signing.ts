import { openMailKey, readMailKey, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { MailDomain } from './mail-addresses.js';

/** What a mail is signed with (RFC 6376). */
export interface MailSignature {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
}

/** The control plane makes the key once: how long it is kept bounds how long a process signs with one that was replaced. */
const keptMs = 600_000;

/** The signature of mails from addresses below MAIL_DOMAIN, which all tenants share. */
@Injectable()
export class MailSigning {
  private known: { readonly signature: MailSignature; readonly readAt: number } | undefined;

  constructor(
    private readonly domain: MailDomain,
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
  ) {}

  /** Undefined for an address elsewhere, and before there is a key. Throws CatalogUnavailable. */
  async of(address: string): Promise<MailSignature | undefined> {
    return this.domain.slugOf(address) === undefined ? undefined : this.shared();
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
