import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { Module } from '@nestjs/common';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { LifecycleTasks } from '../lifecycle/lifecycle-tasks.js';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { CredentialRotation } from '../tenants/credential-rotation.js';
import { CredentialRotationsController } from './credential-rotations.controller.js';
import { CredentialRotations } from './credential-rotations.service.js';
import { RotationBook } from './rotation-book.js';
import { RotationDriver } from './rotation-driver.js';
import { TenantRotation } from './tenant-rotation.js';

@Module({ controllers: [CredentialRotationsController], providers: [CredentialRotations] })
export class CredentialRotationsModule {}

/** Who carries them out. */
@Module({
  providers: [
    {
      provide: RotationDriver,
      inject: [ControlDatabase, Secrets, ControlLocks, LifecycleQueue, LifecycleTasks, BackgroundMetrics],
      useFactory: (
        control: ControlDatabase,
        secrets: Secrets,
        locks: ControlLocks,
        queue: LifecycleQueue,
        tasks: LifecycleTasks,
        background: BackgroundMetrics,
      ) => {
        const book = new RotationBook(control);
        const requests = new CredentialRotation(control, secrets, queue);
        return new RotationDriver(locks, book, new TenantRotation(control, book, requests, tasks), background);
      },
    },
  ],
})
export class CredentialRotationWorkersModule {}
