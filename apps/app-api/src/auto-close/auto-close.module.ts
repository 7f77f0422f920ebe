import type { AppConfig } from '@helpdeskly/config';
import { QueueMetrics } from '@helpdeskly/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseQueue } from './auto-close-queue.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { AutoCloseWorker } from './auto-close-worker.js';
import { ResolvedTickets } from './resolved-tickets.js';
import { TenantCloser } from './tenant-closer.js';
import { TenantSurvey } from './tenant-survey.js';

/** Closes tickets some time after they were resolved: for whoever resolves them, and whoever takes the jobs. */
@Module({})
export class AutoCloseModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    return {
      module: AutoCloseModule,
      global: true,
      providers: [
        { provide: AutoCloseSettings, useValue: new AutoCloseSettings(config) },
        QueueMetrics,
        AutoCloseMetrics,
        AutoCloseQueue,
        ResolvedTickets,
        ...(workers ? [TenantCloser, TenantSurvey, AutoCloseWorker] : []),
      ],
      exports: [QueueMetrics],
    };
  }
}
