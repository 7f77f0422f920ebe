import type { ControlConfig } from '@helpdeskly/config';
import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { ArchiveStore } from '../archives/archive-store.js';
import { ArchiveTidy } from '../archives/archive-tidy.js';
import { ArchivesModule } from '../archives/archives.module.js';
import { controlConfig } from '../configuration/tokens.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import '../queues/queue-backend.js';
import { BackupOrders } from './backup-orders.js';
import { BackupMetrics } from './backup-metrics.js';
import { BackupProofs } from './backup-proofs.js';
import { BackupQueue, backupQueueName } from './backup-queue.js';
import { BackupRecord } from './backup-record.js';
import { BackupRemoval } from './backup-removal.js';
import { BackupSchedule } from './backup-schedule.js';
import { BackupSources } from './backup-source.js';
import { BackupSummaries } from './backup-summaries.service.js';
import { BackupSweep } from './backup-sweep.js';
import { BackupTake } from './backup-take.js';
import { BackupTasks } from './backup-tasks.js';
import { BackupVerification } from './backup-verification.js';
import { BackupWorker } from './backup-worker.js';
import { BackupWriter } from './backup-writer.js';
import { BackupsController } from './backups.controller.js';
import { Backups } from './backups.service.js';
import { DeletionCertificatesController } from './deletion-certificates.controller.js';
import { DeletionCertificates } from './deletion-certificates.service.js';

const tidyMs = 30_000;
const scheduleMs = 5000;
const proofMs = 60_000;

/** The queue of backups, and what removes them. */
@Global()
@Module({
  imports: [ArchivesModule, BullModule.registerQueue({ name: backupQueueName })],
  providers: [BackupOrders, BackupQueue, BackupRemoval],
  exports: [BackupOrders, BackupQueue, BackupRemoval],
})
export class BackupsModule {}

@Module({
  controllers: [BackupsController, DeletionCertificatesController],
  providers: [Backups, BackupMetrics, BackupSummaries, DeletionCertificates],
})
export class BackupRoutesModule {}

/** Writes backups, and removes what is over. */
@Module({
  providers: [
    BackupRecord,
    BackupSchedule,
    BackupSources,
    BackupSweep,
    BackupTake,
    BackupTasks,
    BackupVerification,
    BackupWorker,
    BackupWriter,
    {
      provide: 'backup schedule',
      inject: [BackgroundMetrics, BackupSchedule, controlConfig],
      useFactory: (background: BackgroundMetrics, schedule: BackupSchedule, { backups }: ControlConfig) => {
        const run = () => schedule.run(backups.everyMs);
        return new BackgroundWatch(background, 'backup_schedule', run, backups.storage === undefined ? 0 : scheduleMs);
      },
    },
    BackupProofs,
    {
      provide: 'backup proofs',
      inject: [BackgroundMetrics, BackupProofs, ArchiveStore],
      useFactory: (background: BackgroundMetrics, proofs: BackupProofs, store: ArchiveStore) =>
        new BackgroundWatch(background, 'backup_proofs', () => proofs.run(), store.isThere ? proofMs : 0),
    },
    {
      provide: 'archive tidy',
      inject: [BackgroundMetrics, ArchiveTidy, ArchiveStore],
      useFactory: (background: BackgroundMetrics, tidy: ArchiveTidy, store: ArchiveStore) =>
        new BackgroundWatch(background, 'archive_tidy', () => tidy.run(), store.isThere ? tidyMs : 0),
    },
  ],
})
export class BackupWorkersModule {}
