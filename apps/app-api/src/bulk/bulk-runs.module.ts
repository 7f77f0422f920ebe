import type { AppConfig } from '@helpdeskly/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { timerProvider, timerWorkerProvider } from '../edge/tenant-timers.js';
import { MacroRuns } from '../macros/macro-runs.service.js';
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
    return {
      module: BulkRunsModule,
      global: true,
      providers: [
        { provide: BulkSettings, useValue: settings },
        timerProvider(BulkTimer, { name: 'ticket-bulk', job: 'run', place, backoffMs }),
        ...(workers
          ? [
              MacroRuns,
              BulkWork,
              BulkRunner,
              BulkVisits,
              BulkSurvey,
              timerWorkerProvider(BulkTimer, [BulkVisits, BulkSurvey], settings),
            ]
          : []),
      ],
      exports: [BulkTimer],
    };
  }
}
