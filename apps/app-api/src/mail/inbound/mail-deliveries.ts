import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { TenantContext, tenantClosed } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { tryAgain } from './errors.js';
import { MailIntake, type IncomingMail } from './mail-intake.js';

/** Hands messages to their tenants. */
@Injectable()
export class MailDeliveries {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
    private readonly context: TenantContext,
    private readonly intake: MailIntake,
  ) {}

  /** `tenant` is as it was when its recipients were asked for: a large message takes its time. Throws MailRefused and what `take` throws. */
  async deliver({ slug, id }: CatalogTenant, mail: IncomingMail): Promise<void> {
    const tenant = await this.catalog.find(slug);
    if (tenant?.id !== id || tenantClosed(tenant) !== undefined) throw tryAgain();
    await this.tenants.run(tenant, () => this.intake.take(mail, this.context.current));
  }
}
