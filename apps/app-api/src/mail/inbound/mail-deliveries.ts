import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { tenantClosed } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { tryAgain } from './errors.js';
import { OperatorMails } from './operator-mails.js';
import { MailIntake, type IncomingMail } from './mail-intake.js';

/** Hands messages to their tenants, or to the operators. */
@Injectable()
export class MailDeliveries {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
    private readonly operators: OperatorMails,
    private readonly intake: MailIntake,
  ) {}

  /**
   * `whose` is as it was when its recipients were asked for: a large message takes its time. Undefined for the operators. Throws MailRefused
   * and what `take` throws.
   */
  async deliver(whose: CatalogTenant | undefined, mail: IncomingMail): Promise<void> {
    if (whose === undefined) return this.operators.take(mail);
    const tenant = await this.catalog.find(whose.slug);
    if (tenant?.id !== whose.id || tenantClosed(tenant) !== undefined) throw tryAgain();
    await this.tenants.run(tenant, () => this.intake.take(mail, { tenant }));
  }
}
