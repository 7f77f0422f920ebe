import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { controlConfig } from '../configuration/tokens.js';
import { PreferredWait, type Exchange } from './preferred-wait.js';
import type { TenantDto } from './tenant.dto.js';
import { TenantRegistry } from './tenant-registry.js';
import { TenantViews } from './tenant-views.js';
import type { CreateTenantDto } from './tenants.dto.js';

/** Answers `POST /tenants`: 202 at once, or the tenant's final state if the caller prefers to wait. */
@Injectable()
export class TenantCreation {
  constructor(
    private readonly registry: TenantRegistry,
    private readonly views: TenantViews,
    private readonly wait: PreferredWait,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  async create(origin: Origin, input: CreateTenantDto, exchange: Exchange): Promise<TenantDto> {
    const row = await this.registry.register(origin, input, this.config.tenantRequestsPerMinute);
    const answer = this.views.of(row);
    await this.wait.promise(answer, exchange);
    return answer;
  }
}
