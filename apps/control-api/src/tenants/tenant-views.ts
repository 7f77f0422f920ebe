import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import type { TenantDto } from './tenant.dto.js';
import { viewTenant, type TenantRow } from './tenant-view.js';

/** Shows rows of tenants beside the migrations that this process knows. */
@Injectable()
export class TenantViews {
  constructor(
    private readonly migrations: TenantMigrations,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** A migration that was put into the folder a moment ago is pending. Where the folder cannot be read, what is known stays true. */
  async refresh(): Promise<void> {
    await this.migrations.refresh().catch(() => undefined);
  }

  of(row: TenantRow): TenantDto {
    return viewTenant(row, { migrations: this.migrations.current, appPublicUrl: this.config.appPublicUrl });
  }
}
