import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { controlConfig } from '../configuration/tokens.js';
import { defaultPlan, planNamed } from '../plans/plan-locks.js';
import { NoCapacity, SlugTaken } from '../tenants/errors.js';
import { tenantParts } from '../tenants/tenant-finder.js';
import { roomLeft, TenantRegistry } from '../tenants/tenant-registry.js';
import type { CreateTenantDto } from '../tenants/tenants.dto.js';
import type { TenantRow } from '../tenants/tenant-view.js';
import type { BulkDeed } from './bulk-item.js';

/** Creates tenants from the rows of a file, as `POST /tenants` does; a row that was imported before changes nothing. */
@Injectable()
export class TenantImports {
  constructor(
    private readonly control: ControlDatabase,
    private readonly registry: TenantRegistry,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Throws SlugTaken if the slug is another tenant's, InvalidReference for an unknown plan, and NoCapacity. */
  async create(origin: Origin, input: CreateTenantDto): Promise<BulkDeed> {
    const there = await this.imported(input);
    if (there !== undefined) return { status: 200, changed: false, tenant: there };
    const tenant = await this.registry.register(origin, input, this.config.tenantRequestsPerMinute);
    return { status: 202, changed: true, tenant };
  }

  /** What `create` would do after as many others have been created. Throws what `create` would throw. */
  async foresee(input: CreateTenantDto, others: number): Promise<BulkDeed> {
    const there = await this.imported(input);
    if (there !== undefined) return { status: 200, changed: false, tenant: there };
    const { client } = this.control;
    await planNamed(client, input.plan ?? defaultPlan);
    if ((await roomLeft(client)) <= others) throw new NoCapacity();
    return { status: 202, changed: true };
  }

  private async imported({ slug, name, admin }: CreateTenantDto): Promise<TenantRow | undefined> {
    const row = await this.control.client.tenant.findUnique({ where: { slug }, include: tenantParts });
    if (row === null) return undefined;
    const isSame = row.name === name && row.adminEmail.toLowerCase() === admin.email.toLowerCase();
    if (!isSame) throw new SlugTaken(slug);
    return row;
  }
}
