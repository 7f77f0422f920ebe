import type { AppConfig } from '@helpdeskly/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { timerProvider, timerWorkerProvider } from '../edge/tenant-timers.js';
import { DueExports } from './exports/due-exports.js';
import { ExportArchive } from './exports/export-archive.js';
import { ExportNotices } from './exports/export-notices.js';
import { ExportWriting } from './exports/export-writing.js';
import { ExportLinks } from './exports/export-links.js';
import { ExportsController } from './exports/exports.controller.js';
import { ExportDownloads } from './exports/export-downloads.service.js';
import { ExportList } from './exports/export-list.service.js';
import { ExportOrders } from './exports/export-orders.service.js';
import { DueImports } from './imports/due-imports.js';
import { FileSteps } from './imports/file-steps.js';
import { ImportList } from './imports/import-list.service.js';
import { ImportOrders } from './imports/import-orders.service.js';
import { ImportPlaces } from './imports/import-places.js';
import { ImportUploads } from './imports/import-uploads.js';
import { ImportWork } from './imports/import-work.js';
import { ImportsController } from './imports/imports.controller.js';
import { TransferSettings } from './transfer-settings.js';
import { TransferSurvey } from './transfer-survey.js';
import { TransferTimer } from './transfer-timer.js';
import { TransferVisits } from './transfer-visits.js';

const backoffMs = 5000;

/** A helpdesk's data as a whole, over HTTP. */
@Module({
  controllers: [ExportsController, ImportsController],
  providers: [
    AuditTrail,
    ExportLinks,
    ExportList,
    ExportOrders,
    ExportDownloads,
    ImportList,
    ImportOrders,
    ImportPlaces,
    ImportUploads,
  ],
})
export class TransfersModule {}

/** The queue of such work: for processes that begin it, and for those that do it. */
@Module({})
export class TransferWorkModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new TransferSettings(config);
    const { place } = settings;
    return {
      module: TransferWorkModule,
      global: true,
      providers: [
        { provide: TransferSettings, useValue: settings },
        timerProvider(TransferTimer, { name: 'transfers', job: 'transfer', place, backoffMs }),
        ...(workers
          ? [
              ExportNotices,
              ExportArchive,
              ExportWriting,
              DueExports,
              FileSteps,
              ImportWork,
              DueImports,
              TransferVisits,
              TransferSurvey,
              timerWorkerProvider(TransferTimer, [TransferVisits, TransferSurvey], settings),
            ]
          : []),
      ],
      exports: [TransferSettings, TransferTimer],
    };
  }
}
