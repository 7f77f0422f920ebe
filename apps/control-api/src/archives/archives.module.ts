import { Global, Module } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchivePlaces } from './archive-places.js';
import { ArchiveTidy } from './archive-tidy.js';
import { Archives } from './archives.js';
import { ScratchDatabases } from './scratch-databases.js';

/** Tenants' archives and their keys, for code that writes or reads one. */
@Global()
@Module({
  providers: [ArchiveKeys, ArchivePlaces, ArchiveTidy, Archives, ScratchDatabases],
  exports: [ArchiveKeys, ArchiveTidy, Archives, ScratchDatabases],
})
export class ArchivesModule {}
