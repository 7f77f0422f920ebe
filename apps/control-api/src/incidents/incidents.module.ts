import { Module } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import { IncidentMetrics } from './incident-metrics.js';
import { IncidentRecord } from './incident-record.js';
import { IncidentsController } from './incidents.controller.js';
import { Incidents } from './incidents.service.js';
import { ServerObservations } from './server-observations.js';

const intervalMs = 30_000;

@Module({ providers: [IncidentRecord, ServerObservations], exports: [IncidentRecord] })
class IncidentRecordModule {}

/** The API's part: shows incidents. */
@Module({
  imports: [IncidentRecordModule],
  controllers: [IncidentsController],
  providers: [Incidents, IncidentMetrics],
})
export class IncidentsModule {}

/** The workers' part: looks for them when nobody asks. */
@Module({
  imports: [IncidentRecordModule],
  providers: [
    {
      provide: 'incident watch',
      inject: [BackgroundMetrics, IncidentRecord],
      useFactory: (background: BackgroundMetrics, record: IncidentRecord) =>
        new BackgroundWatch(background, 'incidents', () => record.refresh(), intervalMs),
    },
  ],
})
export class IncidentWorkersModule {}
