import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { PoolerUpkeep } from '../pooler/pooler-upkeep.js';
import '../queues/queue-backend.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { FormerRole } from './former-role.js';
import { LifecycleDelays } from './lifecycle-delays.js';
import { LifecycleHandlers } from './lifecycle-handlers.js';
import { LifecycleQueue, lifecycleQueueName } from './lifecycle-queue.js';
import { LifecycleSweep } from './lifecycle-sweep.js';
import { LifecycleTasks } from './lifecycle-tasks.js';
import { LifecycleWorker } from './lifecycle-worker.js';
import { NextRole } from './next-role.js';
import { Purge } from './purge.js';
import { Rotation } from './rotation.js';
import { TenantAccess } from './tenant-access.js';
import { TenantRecord } from './tenant-record.js';
import { TenantResources } from './tenant-resources.js';

/** The queue of changes to existing tenants, for code that requests one. */
@Global()
@Module({
  imports: [BullModule.registerQueue({ name: lifecycleQueueName })],
  providers: [LifecycleQueue, LifecycleDelays, TenantAccess],
  exports: [LifecycleQueue, TenantAccess],
})
export class LifecycleModule {}

/** The workers that make the changes. */
@Global()
@Module({
  providers: [
    FormerRole,
    LifecycleHandlers,
    LifecycleSweep,
    LifecycleTasks,
    LifecycleWorker,
    NextRole,
    PoolerUpkeep,
    Purge,
    Rotation,
    TenantRecord,
    TenantResources,
    TenantRoleSpecs,
  ],
  exports: [LifecycleTasks],
})
export class LifecycleWorkersModule {}
