import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { ServerConnections } from '../database-servers/server-connections.js';
import { Poolers } from '../pooler/poolers.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { Provisioner } from './provisioner.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { ProvisioningQueue, provisioningQueueName } from './provisioning-queue.js';
import { ProvisioningSweep } from './provisioning-sweep.js';
import { provisioningConcurrency, ProvisioningWorker } from './provisioning-worker.js';
import { queueConnection } from './queue-backend.js';

/** The line of tenants that wait for their databases: for whoever queues. */
@Module({})
export class ProvisioningModule {
  static of({ config, installation }: ControlPlane): DynamicModule {
    return {
      module: ProvisioningModule,
      global: true,
      imports: [
        // Installations may share a Redis: each has a prefix of its own.
        BullModule.forRoot({ connection: queueConnection(config), prefix: `helpdeskly-${installation}` }),
        BullModule.registerQueue({ name: provisioningQueueName }),
      ],
      providers: [ProvisioningQueue, ProvisioningMetrics],
      exports: [ProvisioningQueue, ProvisioningMetrics],
    };
  }
}

/** Those who take tenants from the line and bring them to life. */
@Module({})
export class ProvisioningWorkersModule {
  static of({ config, installation, migrations }: ControlPlane): DynamicModule {
    const settings = { installation, migrations, statementTimeoutMs: config.tenantQueryTimeoutMs };
    return {
      module: ProvisioningWorkersModule,
      providers: [
        {
          provide: Provisioner,
          inject: [ControlDatabase, Secrets, ServerConnections, TemplateDatabases, Poolers, ProvisioningMetrics],
          useFactory: (
            control: ControlDatabase,
            secrets: Secrets,
            servers: ServerConnections,
            templates: TemplateDatabases,
            poolers: Poolers,
            metrics: ProvisioningMetrics,
          ) => new Provisioner(control, secrets, servers, templates, poolers, metrics, settings),
        },
        { provide: provisioningConcurrency, useValue: config.provisioningConcurrency },
        ProvisioningWorker,
        ProvisioningSweep,
      ],
    };
  }
}
