import type { ControlConfig } from '@helpdeskly/config';
import { Module } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { CredentialCheck } from './credential-check.js';
import { FindingsRepository } from './findings-repository.js';
import { PlaceReconciliation } from './place-reconciliation.js';
import { QueueComparison } from './queue-comparison.js';
import { QueueReconciliation } from './queue-reconciliation.js';
import { Reconciler } from './reconciler.js';
import { ReconciliationMetrics } from './reconciliation-metrics.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { Reconciliation } from './reconciliation.service.js';
import { Remedies } from './remedies.js';
import { ServerComparison } from './server-comparison.js';
import { ServerReconciliation } from './server-reconciliation.js';

const reconciliationWatch = Symbol('reconciliation watch');

@Module({
  providers: [
    CredentialCheck,
    FindingsRepository,
    PlaceReconciliation,
    QueueComparison,
    QueueReconciliation,
    Reconciler,
    Remedies,
    ServerComparison,
    ServerReconciliation,
    TenantRoleSpecs,
  ],
  exports: [Reconciler],
})
class ReconcilerModule {}

/** The API's part: shows findings. */
@Module({
  imports: [ReconcilerModule],
  controllers: [ReconciliationController],
  providers: [Reconciliation, ReconciliationMetrics],
})
export class ReconciliationModule {}

/** The workers' part: looks for them. */
@Module({
  imports: [ReconcilerModule],
  providers: [
    {
      provide: reconciliationWatch,
      inject: [BackgroundMetrics, Reconciler, controlConfig],
      useFactory: (
        background: BackgroundMetrics,
        reconciler: Reconciler,
        { reconciliationIntervalMs }: ControlConfig,
      ) => new BackgroundWatch(background, 'reconciliation', () => reconciler.run(), reconciliationIntervalMs),
    },
  ],
})
export class ReconciliationWorkersModule {}
