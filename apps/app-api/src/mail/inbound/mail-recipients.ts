import type { CatalogTenant } from '@helpdeskly/catalog';
import { tenantClosed } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { tryAgain, unknownRecipient } from './errors.js';
import { MailHosts } from './mail-hosts.js';
import { OperatorMails } from './operator-mails.js';
import { TenantMailboxes } from './tenant-mailboxes.js';

/** To whom mail may be sent here. */
@Injectable()
export class MailRecipients {
  constructor(
    private readonly hosts: MailHosts,
    private readonly operators: OperatorMails,
    private readonly tenants: BackgroundTenants,
    private readonly mailboxes: TenantMailboxes,
  ) {}

  /** The tenant that an address belongs to; undefined for the operators. Throws MailRefused, and what a database throws that is away. */
  async tenantOf(address: string): Promise<CatalogTenant | undefined> {
    if (await this.operators.have(address)) return undefined;
    const tenant = await this.hosts.tenantAt(address);
    if (tenant === undefined) throw unknownRecipient();
    if (tenantClosed(tenant) !== undefined) throw tryAgain();
    if (!(await this.tenants.run(tenant, () => this.mailboxes.has(address)))) throw unknownRecipient();
    return tenant;
  }
}
