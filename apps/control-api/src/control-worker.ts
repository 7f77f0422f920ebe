import type { ControlConfig } from '@helpdeskly/config';
import { AcceptedWork, createLogger, Metrics, NestLogger, Readiness } from '@helpdeskly/service';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BulkRunWorkersModule } from './bulk-runs/bulk-runs.module.js';
import { BackupsModule, BackupWorkersModule } from './backups/backups.module.js';
import { CredentialRotationWorkersModule } from './credential-rotations/credential-rotations.module.js';
import { DriftWorkersModule } from './drift/drift.module.js';
import { IncidentWorkersModule } from './incidents/incidents.module.js';
import { KeyWorkersModule } from './keys/keys.module.js';
import { LifecycleModule, LifecycleWorkersModule } from './lifecycle/lifecycle.module.js';
import { ProvisioningModule, ProvisioningWorkersModule } from './provisioning/provisioning.module.js';
import { MeteringWorkersModule } from './metering/metering.module.js';
import { MigrationWorkersModule } from './migrations/migrations.module.js';
import { IsolationWorkersModule } from './isolation/isolation.module.js';
import { ReconciliationWorkersModule } from './reconciliation/reconciliation.module.js';
import { MoveWorkersModule } from './moves/moves.module.js';
import { RehearsalWorkersModule } from './rehearsals/rehearsals.module.js';
import { RestoreWorkersModule } from './restores/restores.module.js';
import { openControlPlane } from './startup/control-plane.js';
import { ControlPlaneModule } from './startup/control-plane.module.js';
import { prepareServers } from './startup/prepare-servers.js';
import { version } from './version.js';

@Module({ providers: [AcceptedWork, Metrics, Readiness], exports: [AcceptedWork, Metrics, Readiness] })
class WorkerEdgeModule {}

/** The control plane's workers without its API; they run once this resolves, and `close()` lets running jobs end. */
export async function createControlWorker(config: ControlConfig): Promise<INestApplicationContext> {
  const plane = await openControlPlane(config);

  @Module({
    imports: [
      { module: WorkerEdgeModule, global: true },
      ControlPlaneModule.of(plane),
      ProvisioningModule,
      LifecycleModule,
      BackupsModule,
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
    ],
  })
  class ControlWorkerModule {}

  try {
    await prepareServers(plane);
    const logger = new NestLogger(createLogger('control-worker', config.logLevel));
    const app = await NestFactory.createApplicationContext(ControlWorkerModule, { logger, abortOnError: false });
    app.get(Metrics).identify('control-worker', version);
    return app;
  } catch (error) {
    await plane.close();
    throw error;
  }
}
