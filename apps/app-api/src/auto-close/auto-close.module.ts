import type { AppConfig } from '@helpdeskly/config';
import { QueueMetrics } from '@helpdeskly/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import { timerProvider, timerWorkerProvider } from '../edge/tenant-timers.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { AutoCloseSurvey } from './auto-close-survey.js';
import { AutoCloseTimer } from './auto-close-timer.js';
import { AutoCloseVisits } from './auto-close-visits.js';
import { DueTickets } from './due-tickets.js';
import { ResolvedTickets } from './resolved-tickets.js';

const backoffMs = 15_000;

/** Closes tickets some time after they were resolved: for processes that resolve them, and for those that take the jobs. */
@Module({})
export class AutoCloseModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new AutoCloseSettings(config);
    const { place } = settings;
    return {
      module: AutoCloseModule,
      global: true,
      providers: [
        { provide: AutoCloseSettings, useValue: settings },
        QueueMetrics,
        AutoCloseMetrics,
        timerProvider(AutoCloseTimer, { name: 'auto-close', job: 'close', place, backoffMs }),
        ResolvedTickets,
        ...(workers
          ? [
              DueTickets,
              AutoCloseVisits,
              AutoCloseSurvey,
              timerWorkerProvider(AutoCloseTimer, [AutoCloseVisits, AutoCloseSurvey], settings),
            ]
          : []),
      ],
      exports: [QueueMetrics],
    };
  }
}
