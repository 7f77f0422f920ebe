import type { AppConfig } from '@helpdeskly/config';
import { openBlobStore } from '@helpdeskly/storage';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { AttachmentUploads } from './attachment-uploads.js';
import { AttachmentsController } from './attachments.controller.js';
import { Attachments } from './attachments.service.js';
import { SweepDiary } from './sweep-diary.js';
import { SweepMetrics } from './sweep-metrics.js';
import { VirusScanner } from './virus-scanner.js';

/** Files of comments. */
@Module({})
export class AttachmentsModule implements OnApplicationShutdown {
  constructor(private readonly settings: AttachmentSettings) {}

  static forRoot({ storage, clamd, publicUrl }: AppConfig): DynamicModule {
    const settings = {
      provide: AttachmentSettings,
      useFactory: async (): Promise<AttachmentSettings> => ({
        store: storage === undefined ? undefined : await openBlobStore(storage),
        scanner: clamd === undefined ? undefined : new VirusScanner(clamd),
        publicUrl,
      }),
    };
    const parts = [AttachmentStore, SweepDiary, AttachmentRemoval];
    return {
      module: AttachmentsModule,
      global: true,
      controllers: [AttachmentsController],
      providers: [settings, ...parts, Attachments, AttachmentUploads, AttachmentSweep, SweepMetrics],
      exports: [AttachmentRemoval],
    };
  }

  onApplicationShutdown(): void {
    this.settings.store?.close();
  }
}
