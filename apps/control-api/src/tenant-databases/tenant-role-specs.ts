import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig, installationName } from '../configuration/tokens.js';
import type { LoginRole } from '../server-connections/tenant-server.js';
import { ownershipMarker } from './names.js';
import type { TenantRole } from './tenant-role.js';

/** What this installation gives the login roles of its tenants. */
@Injectable()
export class TenantRoleSpecs {
  /** The longest that a tenant's statement may take, in milliseconds. */
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

  /** A login role of a tenant's. */
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
