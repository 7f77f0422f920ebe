import { Module, type DynamicModule } from '@nestjs/common';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { QueueComparison } from './queue-comparison.js';
import { Reconciler } from './reconciler.js';
import { ReconciliationMetrics } from './reconciliation-metrics.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { Reconciliation } from './reconciliation.service.js';
import { Remedies } from './remedies.js';

const reconciliationWatch = Symbol('reconciliation watch');

function reconcilerOf(plane: ControlPlane) {
  const { config, control, secrets, servers, locks, templates, migrations, poolers, installation } = plane;
  const settings = {
    installation,
    statementTimeoutMs: config.tenantQueryTimeoutMs,
    minimumAgeMs: config.reconciliationMinimumAgeMs,
  };
  return {
    provide: Reconciler,
    inject: [ProvisioningQueue, LifecycleQueue],
    useFactory: (provisioning: ProvisioningQueue, lifecycle: LifecycleQueue) => {
      const queues = new QueueComparison(control, provisioning, lifecycle);
      const remedies = new Remedies(control, secrets, poolers, settings);
      return new Reconciler(control, secrets, servers, locks, templates, migrations, queues, remedies, settings);
    },
  };
}

/** What is known of disagreements: for the API. */
@Module({})
export class ReconciliationModule {
  static of(plane: ControlPlane): DynamicModule {
    return {
      module: ReconciliationModule,
      controllers: [ReconciliationController],
      providers: [reconcilerOf(plane), Reconciliation, ReconciliationMetrics],
    };
  }
}

/** Who looks for them. */
@Module({})
export class ReconciliationWorkersModule {
  static of(plane: ControlPlane): DynamicModule {
    return {
      module: ReconciliationWorkersModule,
      providers: [
        reconcilerOf(plane),
        {
          provide: reconciliationWatch,
          inject: [Reconciler, BackgroundMetrics],
          useFactory: (reconciler: Reconciler, background: BackgroundMetrics) =>
            new BackgroundWatch(
              background,
              'reconciliation',
              () => reconciler.run(),
              plane.config.reconciliationIntervalMs,
            ),
        },
      ],
    };
  }
}
