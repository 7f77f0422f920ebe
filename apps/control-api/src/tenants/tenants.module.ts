import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PlanTenantsModule } from '../plans/plans.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AdminInvitations } from './admin-invitation.js';
import { CredentialRotation } from './credential-rotation.js';
import { TenantDeletion } from './tenant-deletion.js';
import { PreferredWait } from './preferred-wait.js';
import { TenantAccessController } from './tenant-access.controller.js';
import { TenantActionsController } from './tenant-actions.controller.js';
import { TenantChanges } from './tenant-changes.js';
import { TenantClones } from './tenant-clones.js';
import { TenantClonesController } from './tenant-clones.controller.js';
import { TenantCreation } from './tenant-creation.js';
import { TenantDeeds } from './tenant-deeds.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { TenantMetrics } from './tenant-metrics.js';
import { TenantRegistry } from './tenant-registry.js';
import { TenantViews } from './tenant-views.js';
import { TenantWatch } from './tenant-watch.js';
import { TenantsCsvController } from './tenants-csv.controller.js';
import { TenantsCsv } from './tenants-csv.js';
import { TenantsController } from './tenants.controller.js';
import { Tenants } from './tenants.service.js';

const deeds = [CredentialRotation, TenantChanges, TenantDeeds, TenantLifecycle, TenantRegistry, TenantViews];

/** What is done to tenants: for the API, and for workers that do it to many. */
@Module({ imports: [PlanTenantsModule], providers: deeds, exports: deeds })
export class TenantDeedsModule {}

@Module({
  imports: [AuditModule, TenantDeedsModule, UsageModule],
  controllers: [
    TenantClonesController,
    TenantsController,
    TenantActionsController,
    TenantAccessController,
    TenantsCsvController,
  ],
  providers: [
    AdminInvitations,
    PreferredWait,
    TenantClones,
    TenantDeletion,
    TenantCreation,
    TenantMetrics,
    TenantWatch,
    Tenants,
    TenantsCsv,
  ],
})
export class TenantsModule {}
