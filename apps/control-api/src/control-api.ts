import type { ControlConfig } from '@helpdeskly/config';
import { createHttpApp } from '@helpdeskly/http';
import { createLogger } from '@helpdeskly/service';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AdoptionsModule } from './adoptions/adoptions.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BulkRunsModule, BulkRunWorkersModule } from './bulk-runs/bulk-runs.module.js';
import { BackupRoutesModule, BackupsModule, BackupWorkersModule } from './backups/backups.module.js';
import {
  CredentialRotationsModule,
  CredentialRotationWorkersModule,
} from './credential-rotations/credential-rotations.module.js';
import { DatabaseServersModule } from './database-servers/database-servers.module.js';
import { documentOptions } from './document.js';
import { DriftModule, DriftWorkersModule } from './drift/drift.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { FleetQueriesModule } from './fleet-queries/fleet-queries.module.js';
import { IncidentsModule, IncidentWorkersModule } from './incidents/incidents.module.js';
import { KeysModule, KeyWorkersModule } from './keys/keys.module.js';
import { LifecycleModule, LifecycleWorkersModule } from './lifecycle/lifecycle.module.js';
import { ProvisioningModule, ProvisioningWorkersModule } from './provisioning/provisioning.module.js';
import { MigrationsModule, MigrationWorkersModule } from './migrations/migrations.module.js';
import { IsolationModule, IsolationWorkersModule } from './isolation/isolation.module.js';
import { MeteringModule, MeteringWorkersModule } from './metering/metering.module.js';
import { ReconciliationModule, ReconciliationWorkersModule } from './reconciliation/reconciliation.module.js';
import { MovesModule, MoveWorkersModule } from './moves/moves.module.js';
import { RehearsalsModule, RehearsalWorkersModule } from './rehearsals/rehearsals.module.js';
import { RestoresModule, RestoreWorkersModule } from './restores/restores.module.js';
import { openControlPlane } from './startup/control-plane.js';
import { ControlPlaneModule } from './startup/control-plane.module.js';
import { mountQueueBoard } from './queue-board/queue-board.js';
import { QueueBoardModule } from './queue-board/queue-board.module.js';
import { prepareServers } from './startup/prepare-servers.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { operatorPages } from './pages/operator-pages.js';
import { OperatorMailsModule } from './operator-mails/operator-mails.module.js';
import { PgAdminModule } from './pgadmin/pgadmin.module.js';
import { PlansModule } from './plans/plans.module.js';
import { UsageModule } from './usage/usage.module.js';

export interface ControlApiOptions {
  /** Whether this process also runs jobs; if not, `createControlWorker` runs them in other processes. */
  readonly workers?: boolean;
}

/**
 * The control API, with its workers. It first brings its control database up to date, which may be empty. It does not listen
 * yet; `close()` closes everything that it opened.
 */
export async function createControlApi(
  config: ControlConfig,
  { workers = true }: ControlApiOptions = {},
): Promise<NestFastifyApplication> {
  const plane = await openControlPlane(config);

  @Module({
    imports: [
      ControlPlaneModule.of(plane),
      EdgeModule,
      ProvisioningModule,
      LifecycleModule,
      BackupsModule,
      ...(workers
        ? [
            ProvisioningWorkersModule,
            LifecycleWorkersModule,
            MigrationWorkersModule,
            ReconciliationWorkersModule,
            IsolationWorkersModule,
            KeyWorkersModule,
            CredentialRotationWorkersModule,
            MeteringWorkersModule,
            IncidentWorkersModule,
            DriftWorkersModule,
            RehearsalWorkersModule,
            BulkRunWorkersModule,
            BackupWorkersModule,
            RestoreWorkersModule,
            MoveWorkersModule,
          ]
        : []),
      ApiKeysModule,
      AuditModule,
      AuthModule,
      BulkRunsModule,
      BackupRoutesModule,
      CredentialRotationsModule,
      DatabaseServersModule,
      FleetQueriesModule,
      DriftModule,
      IncidentsModule,
      IsolationModule,
      KeysModule,
      MeteringModule,
      MigrationsModule,
      OperatorMailsModule,
      MovesModule,
      PgAdminModule,
      PlansModule,
      QueueBoardModule,
      ReconciliationModule,
      RehearsalsModule,
      RestoresModule,
      UsageModule,
      AdoptionsModule, // Before tenants: its path is that of a tenant called adopt.
      TenantsModule,
    ],
  })
  class ControlApiModule {}

  const logger = createLogger('control-api', config.logLevel);
  const pages = operatorPages();
  if (pages === undefined)
    logger.warn("The operators' console is not built, so that no pages are served: node scripts/pages.mjs");
  try {
    const app = await createHttpApp(ControlApiModule, {
      config,
      logger,
      service: 'control-api',
      ...documentOptions,
      pages: () => pages,
    });
    mountQueueBoard(app);
    await prepareServers(plane);
    return app;
  } catch (error) {
    await plane.close();
    throw error;
  }
}
