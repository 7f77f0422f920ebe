import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { PoolerUpkeep } from '../pooler/pooler-upkeep.js';
import { Poolers } from '../pooler/poolers.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { LifecycleDelays } from './lifecycle-delays.js';
import { LifecycleQueue, lifecycleQueueName } from './lifecycle-queue.js';
import { LifecycleSweep } from './lifecycle-sweep.js';
import { LifecycleTasks } from './lifecycle-tasks.js';
import { LifecycleWorker } from './lifecycle-worker.js';
import { Purge } from './purge.js';
import { Rotation } from './rotation.js';
import { TenantAccess } from './tenant-access.js';

/** The line of changes to tenants that are there: for whoever asks for one. */
@Module({})
export class LifecycleModule {
  static of({ config, control, servers, poolers }: ControlPlane): DynamicModule {
    return {
      module: LifecycleModule,
      global: true,
      imports: [BullModule.registerQueue({ name: lifecycleQueueName })],
      providers: [
        LifecycleQueue,
        { provide: LifecycleDelays, useValue: new LifecycleDelays(config.tenantQueryTimeoutMs) },
        { provide: TenantAccess, useValue: new TenantAccess(control, servers, poolers) },
      ],
      exports: [LifecycleQueue, LifecycleDelays, TenantAccess],
    };
  }
}

/** Those who make the changes. */
@Module({})
export class LifecycleWorkersModule {
  static of({ config, installation, blobs }: ControlPlane): DynamicModule {
    const settings = { installation, statementTimeoutMs: config.tenantQueryTimeoutMs };
    return {
      module: LifecycleWorkersModule,
      global: true,
      providers: [
        {
          provide: LifecycleTasks,
          inject: [ControlDatabase, Secrets, ServerConnections, Poolers, LifecycleQueue, ControlLocks, TenantAccess],
          useFactory: (
            control: ControlDatabase,
            secrets: Secrets,
            servers: ServerConnections,
            poolers: Poolers,
            queue: LifecycleQueue,
            locks: ControlLocks,
            access: TenantAccess,
          ) => {
            const rotation = new Rotation(control, secrets, servers, poolers, queue, settings);
            const purge = new Purge(control, servers, poolers, access, queue, installation, blobs);
            return new LifecycleTasks(control, locks, access, rotation, purge, servers.breaker);
          },
        },
        LifecycleWorker,
        LifecycleSweep,
        PoolerUpkeep,
      ],
      exports: [LifecycleTasks],
    };
  }
}
