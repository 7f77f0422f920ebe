import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig, installationName } from '../configuration/tokens.js';
import type { LoginRole } from '../server-connections/tenant-server.js';
import { ownershipMarker } from './names.js';
import type { TenantRole } from './tenant-role.js';

/** The attributes that this installation gives its tenants' login roles. */
@Injectable()
export class TenantRoleSpecs {
  /** The statement timeout of tenants' roles, in milliseconds. */
  readonly statementTimeoutMs: number;

  constructor(
    @Inject(installationName) readonly installation: string,
    @Inject(controlConfig) config: ControlConfig,
  ) {
    this.statementTimeoutMs = config.tenantQueryTimeoutMs;
  }

  /** See ownershipMarker. */
  markerOf(tenantId: string): string {
    return ownershipMarker(this.installation, tenantId);
  }

  /** A tenant's login role. */
  of(tenant: { readonly id: string; readonly maxConnections: number }, credential: LoginRole): TenantRole {
    const { statementTimeoutMs } = this;
    return {
      ...credential,
      maxConnections: tenant.maxConnections,
      statementTimeoutMs,
      marker: this.markerOf(tenant.id),
    };
  }
}
