import { TenantCatalog } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import { AcceptedWork } from '@helpdeskly/service';
import { QueueMetrics, TenantTimerWorker } from '@helpdeskly/queue';
import { Module, type DynamicModule } from '@nestjs/common';
import { Comments } from '../comments/comments.service.js';
import { MacroRuns } from '../macros/macro-runs.service.js';
import { Macros } from '../macros/macros.service.js';
import { NamePages } from '../naming/name-pages.js';
import { Tickets } from '../tickets/tickets.service.js';
import { BulkRunner } from './bulk-runner.js';
import { BulkSettings } from './bulk-settings.js';
import { BulkSurvey } from './bulk-survey.js';
import { BulkTimer } from './bulk-timer.js';
import { BulkVisits } from './bulk-visits.js';
import { BulkWork } from './bulk-work.js';

const backoffMs = 5000;

/** Runs of work on many tickets: for processes that begin them, and for those that take the jobs. */
@Module({})
export class BulkRunsModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new BulkSettings(config);
    const { place } = settings;
    const timer = {
      provide: BulkTimer,
      inject: [TenantCatalog, QueueMetrics],
      useFactory: (catalog: TenantCatalog, metrics: QueueMetrics) => {
        const installationKey = () => catalog.installationKey();
        return new BulkTimer({ name: 'ticket-bulk', job: 'run', place, backoffMs, installationKey }, metrics);
      },
    };
    const worker = {
      provide: 'BulkWorker',
      inject: [BulkTimer, BulkVisits, BulkSurvey, QueueMetrics, AcceptedWork],
      useFactory: (
        timer: BulkTimer,
        visits: BulkVisits,
        survey: BulkSurvey,
        metrics: QueueMetrics,
        accepted: AcceptedWork,
      ) => {
        const work = { visit: visits.visit.bind(visits), survey: survey.next.bind(survey) };
        return new TenantTimerWorker(timer, work, { metrics, accepted }, settings);
      },
    };
    const work = [Tickets, Comments, Macros, MacroRuns, NamePages, BulkWork];
    return {
      module: BulkRunsModule,
      global: true,
      providers: [
        { provide: BulkSettings, useValue: settings },
        timer,
        ...(workers ? [...work, BulkRunner, BulkVisits, BulkSurvey, worker] : []),
      ],
      exports: [BulkTimer],
    };
  }
}
