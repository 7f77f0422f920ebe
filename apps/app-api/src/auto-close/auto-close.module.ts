import { TenantCatalog } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import { AcceptedWork } from '@helpdeskly/service';
import { QueueMetrics, TenantTimerWorker } from '@helpdeskly/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { AutoCloseTimer } from './auto-close-timer.js';
import { ResolvedTickets } from './resolved-tickets.js';
import { TenantCloser } from './tenant-closer.js';
import { TenantSurvey } from './tenant-survey.js';

const backoffMs = 15_000;

/** Closes tickets some time after they were resolved: for processes that resolve them, and for those that take the jobs. */
@Module({})
export class AutoCloseModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new AutoCloseSettings(config);
    const { place } = settings;
    const timer = {
      provide: AutoCloseTimer,
      inject: [TenantCatalog, QueueMetrics],
      useFactory: (catalog: TenantCatalog, metrics: QueueMetrics) => {
        const installationKey = () => catalog.installationKey();
        return new AutoCloseTimer({ name: 'auto-close', job: 'close', place, backoffMs, installationKey }, metrics);
      },
    };
    const worker = {
      provide: 'AutoCloseWorker',
      inject: [AutoCloseTimer, TenantCloser, TenantSurvey, QueueMetrics, AcceptedWork],
      useFactory: (
        timer: AutoCloseTimer,
        closer: TenantCloser,
        survey: TenantSurvey,
        metrics: QueueMetrics,
        accepted: AcceptedWork,
      ) => {
        const work = { visit: closer.close.bind(closer), survey: survey.next.bind(survey) };
        return new TenantTimerWorker(timer, work, { metrics, accepted }, settings);
      },
    };
    return {
      module: AutoCloseModule,
      global: true,
      providers: [
        { provide: AutoCloseSettings, useValue: settings },
        QueueMetrics,
        AutoCloseMetrics,
        timer,
        ResolvedTickets,
        ...(workers ? [TenantCloser, TenantSurvey, worker] : []),
      ],
      exports: [QueueMetrics],
    };
  }
}
