import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import type { TenantDto } from './tenant.dto.js';
import { viewTenant, type TenantRow } from './tenant-view.js';

/** Shows tenants' rows together with the migrations that this process knows. */
@Injectable()
export class TenantViews {
  constructor(
    private readonly migrations: TenantMigrations,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Makes a newly added migration count as pending. If the folder cannot be read, the known migrations stay. */
  async refresh(): Promise<void> {
    await this.migrations.refreshNames().catch(() => undefined);
  }

  of(row: TenantRow): TenantDto {
    const { appPublicUrl, backups } = this.config;
    return viewTenant(row, { migrations: this.migrations.current, appPublicUrl, backups });
  }
}
