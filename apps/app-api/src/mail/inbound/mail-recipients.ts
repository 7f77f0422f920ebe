import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { isReservedSlug, isSlug, tenantClosed } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { MailDomain } from '../../mail-core/mail-addresses.js';
import { tryAgain, unknownRecipient } from './errors.js';
import { TenantMailboxes } from './tenant-mailboxes.js';

/** To whom mail may be sent here. */
@Injectable()
export class MailRecipients {
  constructor(
    private readonly domain: MailDomain,
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
    private readonly mailboxes: TenantMailboxes,
  ) {}

  /** The tenant that an address belongs to. Throws MailRefused, and what a database throws that is away. */
  async tenantOf(address: string): Promise<CatalogTenant> {
    const slug = this.domain.slugOf(address);
    if (slug === undefined || !isSlug(slug) || isReservedSlug(slug)) throw unknownRecipient();
    const tenant = await this.catalog.find(slug);
    if (tenant === undefined) throw unknownRecipient();
    if (tenantClosed(tenant) !== undefined) throw tryAgain();
    if (!(await this.tenants.run(tenant, () => this.mailboxes.has(address)))) throw unknownRecipient();
    return tenant;
  }
}
