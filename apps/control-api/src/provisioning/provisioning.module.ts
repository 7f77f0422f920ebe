import type { ControlConfig } from '@helpdeskly/config';
import { queueConnection } from '@helpdeskly/queue';
import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { controlConfig, installationName } from '../configuration/tokens.js';
import { CopiesModule } from '../copies/copies.module.js';
import '../queues/queue-backend.js';
import { ReadonlyUpkeep } from '../tenant-databases/readonly-upkeep.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { WarmRefill } from '../warm-databases/warm-refill.js';
import { WarmStock } from '../warm-databases/warm-stock.js';
import { DatabaseSource } from './database-source.js';
import { LoginRoles } from './login-roles.js';
import { NewestSchema } from './newest-schema.js';
import { Provisioner } from './provisioner.js';
import { ProvisioningJobs } from './provisioning-jobs.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { ProvisioningQueue, provisioningQueueName } from './provisioning-queue.js';
import { ProvisioningRuns } from './provisioning-runs.js';
import { ProvisioningSweep } from './provisioning-sweep.js';
import { ProvisioningWorker } from './provisioning-worker.js';
import { StepLog } from './step-log.js';

/** The queue of tenants that wait for their databases, for code that queues one. */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [controlConfig, installationName],
      useFactory: ({ redisUrl, controlDatabaseUrl: databaseUrl }: ControlConfig, installation: string) => ({
        connection: queueConnection({ redisUrl, databaseUrl }),
        prefix: `helpdeskly-${installation}`, // Several installations may share a Redis.
      }),
    }),
    BullModule.registerQueue({ name: provisioningQueueName }),
  ],
  providers: [ProvisioningQueue, ProvisioningMetrics],
  exports: [ProvisioningQueue, ProvisioningMetrics],
})
export class ProvisioningModule {}

/** The workers that provision tenants, and keep databases ready for new ones. */
@Module({
  imports: [CopiesModule],
  providers: [
    DatabaseSource,
    LoginRoles,
    NewestSchema,
    Provisioner,
    ProvisioningJobs,
    ProvisioningRuns,
    ProvisioningSweep,
    ProvisioningWorker,
    ReadonlyUpkeep,
    StepLog,
    TenantRoleSpecs,
    WarmDatabases,
    WarmRefill,
    WarmStock,
  ],
})
export class ProvisioningWorkersModule {}
