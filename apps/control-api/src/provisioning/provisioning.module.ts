import { queueConnection } from '@helpdeskly/queue';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { ControlPlane } from '../startup/control-plane.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { ReadonlyUpkeep } from '../tenant-databases/readonly-upkeep.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { WarmRefill } from '../warm-databases/warm-refill.js';
import { Provisioner } from './provisioner.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { ProvisioningQueue, provisioningQueueName } from './provisioning-queue.js';
import { ProvisioningSweep } from './provisioning-sweep.js';
import { provisioningConcurrency, ProvisioningWorker } from './provisioning-worker.js';
import '../queues/queue-backend.js';

/** The line of tenants that wait for their databases: for whoever queues. */
@Module({})
export class ProvisioningModule {
  static of({ config, installation }: ControlPlane): DynamicModule {
    return {
      module: ProvisioningModule,
      global: true,
      imports: [
        // Installations may share a Redis: each has a prefix of its own.
        BullModule.forRoot({
          connection: queueConnection({ redisUrl: config.redisUrl, databaseUrl: config.controlDatabaseUrl }),
          prefix: `helpdeskly-${installation}`,
        }),
        BullModule.registerQueue({ name: provisioningQueueName }),
      ],
      providers: [ProvisioningQueue, ProvisioningMetrics],
      exports: [ProvisioningQueue, ProvisioningMetrics],
    };
  }
}

/** Those who take tenants from the line and bring them to life, and keep databases ready for those to come. */
@Module({})
export class ProvisioningWorkersModule {
  static of(plane: ControlPlane): DynamicModule {
    const { config, control, locks, servers, templates, installation } = plane;
    const warm = new WarmDatabases(control, installation);
    return {
      module: ProvisioningWorkersModule,
      providers: [
        {
          provide: Provisioner,
          inject: [ProvisioningMetrics],
          useFactory: (metrics: ProvisioningMetrics) => new Provisioner(plane, warm, metrics),
        },
        {
          provide: WarmRefill,
          inject: [BackgroundMetrics],
          useFactory: (background: BackgroundMetrics) =>
            new WarmRefill(control, locks, servers, templates, warm, config.tenantWarmDatabases, background),
        },
        { provide: provisioningConcurrency, useValue: config.provisioningConcurrency },
        ProvisioningWorker,
        ProvisioningSweep,
        ReadonlyUpkeep,
      ],
    };
  }
}
