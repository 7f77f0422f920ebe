import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { CopiesModule } from '../copies/copies.module.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import '../queues/queue-backend.js';
import { TenantDeedsModule } from '../tenants/tenants.module.js';
import { ArchiveChecks } from './archive-checks.js';
import { DatabaseSwitch } from './database-switch.js';
import { FormerDatabase } from './former-database.js';
import { FormerRemoval } from './former-removal.js';
import { Replacement } from './replacement.js';
import { ReplacementFilling } from './replacement-filling.js';
import { InPlaceOrders } from './in-place-orders.js';
import { ReplacementSwitch } from './replacement-switch.js';
import { RestoreJobs } from './restore-jobs.js';
import { RestoreList } from './restore-list.service.js';
import { RestoreOrders } from './restore-orders.js';
import { RestoreQueue, restoreQueueName } from './restore-queue.js';
import { RestoreRecord } from './restore-record.js';
import { RestoreSweep } from './restore-sweep.js';
import { RestoreWorker } from './restore-worker.js';
import { RestoresController } from './restores.controller.js';
import { Restores } from './restores.service.js';
import { TicketCopying } from './ticket-copying.js';
import { TicketRestoration } from './ticket-restoration.js';

/** How often restores are looked for that the queue has lost. */
const sweepMs = 5000;

@Module({
  imports: [BullModule.registerQueue({ name: restoreQueueName })],
  providers: [RestoreQueue],
  exports: [RestoreQueue],
})
class RestoreQueueModule {}

/** The API's part: takes orders of operators. */
@Module({
  imports: [RestoreQueueModule, TenantDeedsModule],
  controllers: [RestoresController],
  providers: [ArchiveChecks, InPlaceOrders, RestoreList, RestoreOrders, Restores],
})
export class RestoresModule {}

/** The workers' part: puts archives into the place of databases, and gives tickets back. New tenants are provisioning's work. */
@Module({
  imports: [CopiesModule, RestoreQueueModule],
  providers: [
    DatabaseSwitch,
    FormerDatabase,
    FormerRemoval,
    Replacement,
    ReplacementFilling,
    ReplacementSwitch,
    RestoreJobs,
    RestoreRecord,
    RestoreSweep,
    RestoreWorker,
    TicketCopying,
    TicketRestoration,
    {
      provide: 'restore sweep',
      inject: [BackgroundMetrics, RestoreSweep],
      useFactory: (background: BackgroundMetrics, sweep: RestoreSweep) =>
        new BackgroundWatch(background, 'restore_sweep', () => sweep.run(), sweepMs),
    },
  ],
})
export class RestoreWorkersModule {}
