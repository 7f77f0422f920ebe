import { Global, Module } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchivePlaces } from './archive-places.js';
import { ArchiveTidy } from './archive-tidy.js';
import { Archives } from './archives.js';

/** Tenants' archives and their keys, for code that writes or reads one. */
@Global()
@Module({
  providers: [ArchiveKeys, ArchivePlaces, ArchiveTidy, Archives],
  exports: [ArchiveKeys, ArchiveTidy, Archives],
})
export class ArchivesModule {}
