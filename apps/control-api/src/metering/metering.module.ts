import { Module } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import { ConnectionSamples } from './connection-samples.js';
import { UsageDaysController } from './usage-days.controller.js';
import { UsageDays } from './usage-days.js';

const intervalMs = 10_000;

/** The API's part: shows what tenants used. */
@Module({ controllers: [UsageDaysController], providers: [UsageDays] })
export class MeteringModule {}

/** The workers' part: samples connections. */
@Module({
  providers: [
    ConnectionSamples,
    {
      provide: 'connection samples',
      inject: [BackgroundMetrics, ConnectionSamples],
      useFactory: (background: BackgroundMetrics, samples: ConnectionSamples) =>
        new BackgroundWatch(background, 'connection_samples', () => samples.run(), intervalMs),
    },
  ],
})
export class MeteringWorkersModule {}
