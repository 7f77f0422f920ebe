import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AdminInvitations } from './admin-invitation.js';
import { CredentialRotation } from './credential-rotation.js';
import { TenantDeletion } from './tenant-deletion.js';
import { PreferredWait } from './preferred-wait.js';
import { TenantAccessController } from './tenant-access.controller.js';
import { TenantActionsController } from './tenant-actions.controller.js';
import { TenantChanges } from './tenant-changes.js';
import { TenantCreation } from './tenant-creation.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { TenantMetrics } from './tenant-metrics.js';
import { TenantRegistry } from './tenant-registry.js';
import { TenantViews } from './tenant-views.js';
import { TenantWatch } from './tenant-watch.js';
import { TenantsController } from './tenants.controller.js';
import { Tenants } from './tenants.service.js';

@Module({
  imports: [AuditModule, PlansModule, UsageModule],
  controllers: [TenantsController, TenantActionsController, TenantAccessController],
  providers: [
    AdminInvitations,
    CredentialRotation,
    PreferredWait,
    TenantDeletion,
    TenantChanges,
    TenantCreation,
    TenantLifecycle,
    TenantMetrics,
    TenantRegistry,
    TenantViews,
    TenantWatch,
    Tenants,
  ],
})
export class TenantsModule {}
