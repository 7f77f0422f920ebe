import {
  claimAddress,
  claimedAddresses,
  freeAddress,
  TenantCatalog,
  tenantWithAddress,
  type ClaimedAddress,
} from '@helpdeskly/catalog';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** A mailbox is written soon after its address was claimed, or never. */
const mailboxWithinMs = 3_600_000;

/** What an address is compared by. */
export const addressKeyOf = (address: string) => address.toLowerCase();

/** The domain of an address, in lower case. */
export const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/**
 * Addresses of the current tenant's own, outside MAIL_DOMAIN. The control database alone says whose an address is and whether that is
 * verified: a restored copy, which is another tenant, has none of them.
 */
@Injectable()
export class OwnAddresses {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly context: TenantContext,
    private readonly db: TenantDatabase,
  ) {}

  /** Those that are verified, of the current tenant. Throws CatalogUnavailable. */
  async verified(): Promise<ReadonlySet<string>> {
    const claimed = await this.claimed();
    return new Set(claimed.flatMap(({ addressKey, verified }) => (verified ? [addressKey] : [])));
  }

  /** Whether the address of a mailbox is verified. Throws CatalogUnavailable. */
  async isVerified(address: string): Promise<boolean> {
    return (await tenantWithAddress(this.catalog, addressKeyOf(address))) === this.tenantId;
  }

  /** Whether mail to this address is the current tenant's. Throws CatalogUnavailable. */
  async has(address: string): Promise<boolean> {
    const addressKey = addressKeyOf(address);
    if ((await this.db.client.mailbox.count({ where: { addressKey } })) === 0) return false;
    return this.isVerified(address);
  }

  /** See claimAddress. */
  claim(address: string, proven = false): Promise<boolean> {
    return claimAddress(this.catalog, this.tenantId, addressKeyOf(address), proven);
  }

  /** Throws CatalogUnavailable. */
  free(address: string): Promise<void> {
    return freeAddress(this.catalog, this.tenantId, addressKeyOf(address));
  }

  /** Frees those whose mailbox is gone: the process that removed it, or was to make it, died. Throws CatalogUnavailable. */
  async freeAbandoned(): Promise<void> {
    const old = (await this.claimed()).filter(({ ageMs }) => ageMs > mailboxWithinMs);
    if (old.length === 0) return;
    const keys = old.map(({ addressKey }) => addressKey);
    const kept = await this.db.client.mailbox.findMany({ where: { addressKey: { in: keys } } });
    const present = new Set(kept.map(({ addressKey }) => addressKey));
    for (const key of keys) if (!present.has(key)) await this.free(key);
  }

  private claimed(): Promise<ClaimedAddress[]> {
    return claimedAddresses(this.catalog, this.tenantId);
  }

  private get tenantId(): string {
    return this.context.current.tenant.id;
  }
}
