import { newMailKeyPair } from '@helpdeskly/catalog';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { MailDomainKey } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../edge/data-ciphers.js';
import { MailDns, MailQuestions } from './mail-dns.js';
import { isPublished, type KeyRecord, type MailSignature } from './mail-records.js';

/** How long it counts that a record was seen, or was not: an admin who has just published it waits for mail to show it. */
const seenMs = 600_000;
const notSeenMs = 15_000;

const ownerOf = (selector: string) => `mail key ${selector}`;

/** The keys that sign mails from domains of the current tenant's own, each with one of its own; sealed by the tenant's data key. */
@Injectable()
export class DomainKeys {
  constructor(
    private readonly db: TenantDatabase,
    private readonly ciphers: DataCiphers,
    private readonly dns: MailDns,
  ) {}

  /** Makes the key of a domain unless there is one. Throws CatalogUnavailable, ServiceUnavailable. */
  async ensure(domain: string): Promise<void> {
    if ((await this.db.client.mailDomainKey.count({ where: { domain } })) > 0) return;
    const cipher = await this.ciphers.current();
    const { selector, publicKey, privateKey } = await newMailKeyPair();
    const sealedSecret = cipher.seal(privateKey, ownerOf(selector));
    const data = [{ domain, selector, publicKey, sealedSecret }];
    await this.db.client.mailDomainKey.createMany({ data, skipDuplicates: true });
  }

  /** The record of each domain, and whether the DNS answers it now. */
  async published(): Promise<readonly (KeyRecord & { readonly seen: boolean | null })[]> {
    const keys = await this.db.client.mailDomainKey.findMany({ orderBy: { domain: 'asc' } });
    return Promise.all(keys.map(async (key) => ({ ...key, seen: await this.look(key) })));
  }

  /** Asks the DNS about the keys of which it was not asked lately. */
  async refresh(): Promise<void> {
    const keys = await this.db.client.mailDomainKey.findMany();
    await Promise.all(keys.filter(isStale).map((key) => this.look(key)));
  }

  /** What signs for a domain; undefined until the DNS has its record. Throws CatalogUnavailable, ServiceUnavailable. */
  async signatureOf(domain: string): Promise<MailSignature | undefined> {
    const key = await this.db.client.mailDomainKey.findUnique({ where: { domain } });
    if (key?.seen !== true) return undefined;
    const { selector, publicKey, sealedSecret } = key;
    const privateKey = (await this.ciphers.current()).open(sealedSecret, ownerOf(selector));
    return { domain, selector, publicKey, privateKey };
  }

  /** Whether mails from addresses of a domain are signed by its own key. */
  async signs(domain: string): Promise<boolean> {
    return (await this.db.client.mailDomainKey.count({ where: { domain, seen: true } })) > 0;
  }

  /** A DNS that does not answer changes nothing. */
  private async look(key: MailDomainKey): Promise<boolean | null> {
    const seen = await isPublished(new MailQuestions(this.dns).resolve, key);
    const { domain, selector } = key;
    const data = { checkedAt: new Date(), ...(seen !== null && { seen }) };
    await this.db.client.mailDomainKey.updateMany({ where: { domain, selector }, data });
    return seen;
  }
}

function isStale({ seen, checkedAt }: MailDomainKey): boolean {
  return checkedAt === null || Date.now() - checkedAt.getTime() > (seen ? seenMs : notSeenMs);
}
