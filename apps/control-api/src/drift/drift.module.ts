import { ControlDatabase } from '@helpdeskly/catalog';
import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import '../queues/queue-backend.js';
import { openChecks } from './drift-checks.queries.js';
import { DriftChecksController } from './drift-checks.controller.js';
import { DriftChecks } from './drift-checks.service.js';
import { DriftComparison } from './drift-comparison.js';
import { DriftQueue, driftQueueName } from './drift-queue.js';
import { DriftRunner } from './drift-runner.js';
import { DriftWorker } from './drift-worker.js';

/** How often checks are looked for that the queue has lost. */
const sweepMs = 5000;

@Module({
  imports: [BullModule.registerQueue({ name: driftQueueName })],
  providers: [DriftQueue],
  exports: [DriftQueue],
})
class DriftQueueModule {}

/** The API's part: takes requests for checks, and shows what they found. */
@Module({ imports: [DriftQueueModule], controllers: [DriftChecksController], providers: [DriftChecks] })
export class DriftModule {}

/** The workers' part: carries checks out. */
@Module({
  imports: [DriftQueueModule],
  providers: [
    DriftComparison,
    DriftRunner,
    DriftWorker,
    {
      provide: 'drift sweep',
      inject: [BackgroundMetrics, ControlDatabase, DriftQueue],
      useFactory: (background: BackgroundMetrics, { client }: ControlDatabase, queue: DriftQueue) => {
        const sweep = async () => {
          for (const id of await openChecks(client)) await queue.offer(id);
        };
        return new BackgroundWatch(background, 'drift_sweep', sweep, sweepMs);
      },
    },
  ],
})
export class DriftWorkersModule {}
