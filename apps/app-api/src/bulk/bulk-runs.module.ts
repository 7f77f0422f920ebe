import type { AppConfig } from '@helpdeskly/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { Comments } from '../comments/comments.service.js';
import { MacroRuns } from '../macros/macro-runs.service.js';
import { Macros } from '../macros/macros.service.js';
import { NamePages } from '../naming/name-pages.js';
import { Tickets } from '../tickets/tickets.service.js';
import { BulkQueue } from './bulk-queue.js';
import { BulkRunner } from './bulk-runner.js';
import { BulkSettings } from './bulk-settings.js';
import { BulkSurvey } from './bulk-survey.js';
import { BulkWork } from './bulk-work.js';
import { BulkWorker } from './bulk-worker.js';

/** Runs of work on many tickets: for whoever asks for them, and whoever takes the jobs. */
@Module({})
export class BulkRunsModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const work = [Tickets, Comments, Macros, MacroRuns, NamePages, BulkWork];
    return {
      module: BulkRunsModule,
      global: true,
      providers: [
        { provide: BulkSettings, useValue: new BulkSettings(config) },
        BulkQueue,
        ...(workers ? [...work, BulkRunner, BulkSurvey, BulkWorker] : []),
      ],
      exports: [BulkQueue],
    };
  }
}
