import type { AppConfig } from '@helpdeskly/config';
import { openBlobStore } from '@helpdeskly/storage';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { IncomingFiles } from './incoming-files.js';
import { StorageUsage } from './storage-usage.js';
import { SweepIndex } from './sweep-index.js';
import { SweepTimer } from './sweep-timer.js';
import { VirusScanner } from './virus-scanner.js';

/** Where files are, and how they go: for whoever takes them in, and whoever sweeps. */
@Module({})
export class AttachmentStorageModule implements OnApplicationShutdown {
  constructor(private readonly settings: AttachmentSettings) {}

  static forRoot({ storage, clamd, publicUrl }: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = {
      provide: AttachmentSettings,
      useFactory: async (): Promise<AttachmentSettings> => ({
        store: storage === undefined ? undefined : await openBlobStore(storage),
        scanner: clamd === undefined ? undefined : new VirusScanner(clamd),
        publicUrl,
      }),
    };
    const parts = [settings, AttachmentStore, SweepIndex, StorageUsage, AttachmentRemoval, IncomingFiles];
    return {
      module: AttachmentStorageModule,
      global: true,
      providers: [...parts, ...(workers ? [AttachmentSweep, SweepTimer] : [])],
      exports: parts,
    };
  }

  onApplicationShutdown(): void {
    this.settings.store?.close();
  }
}
