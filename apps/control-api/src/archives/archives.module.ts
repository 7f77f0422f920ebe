import { Global, Module } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchivePlaces } from './archive-places.js';
import { ArchiveTidy } from './archive-tidy.js';
import { Archives } from './archives.js';
import { RestoredDatabases } from './restored-databases.js';
import { ScratchDatabases } from './scratch-databases.js';

/** Tenants' archives and their keys, for code that writes or reads one. */
@Global()
@Module({
  providers: [ArchiveKeys, ArchivePlaces, ArchiveTidy, Archives, RestoredDatabases, ScratchDatabases],
  exports: [ArchiveKeys, ArchiveTidy, Archives, RestoredDatabases, ScratchDatabases],
})
export class ArchivesModule {}
