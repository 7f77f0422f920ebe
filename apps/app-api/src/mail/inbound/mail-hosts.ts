import { type CatalogTenant, TenantCatalog, tenantWithAddress } from '@helpdeskly/catalog';
import { isReservedSlug, isSlug } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { MailDomain } from '../../mail-core/mail-addresses.js';
import { addressKeyOf } from '../../mail-core/own-addresses.js';

/** Whose the hosts of addresses are. */
@Injectable()
export class MailHosts {
  constructor(
    private readonly domain: MailDomain,
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
  ) {}

  /** Whether an address is at MAIL_DOMAIN itself, or where a tenant is. Throws CatalogUnavailable. */
  async isServed(address: string): Promise<boolean> {
    if (!this.domain.covers(address)) return false;
    return this.domain.slugOf(address) === undefined || (await this.below(address)) !== undefined;
  }

  /** The tenant at whose host an address is, or whose own it is. Throws CatalogUnavailable. */
  tenantAt(address: string): Promise<CatalogTenant | undefined> {
    return this.domain.covers(address) ? this.below(address) : this.elsewhere(address);
  }

  private async below(address: string): Promise<CatalogTenant | undefined> {
    const slug = this.domain.slugOf(address);
    return slug === undefined || !isSlug(slug) || isReservedSlug(slug) ? undefined : this.catalog.find(slug);
  }

  private async elsewhere(address: string): Promise<CatalogTenant | undefined> {
    const tenantId = await tenantWithAddress(this.catalog, addressKeyOf(address));
    return tenantId === undefined ? undefined : this.tenants.find(tenantId);
  }
}
