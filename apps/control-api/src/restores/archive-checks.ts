import type { Archive } from '@helpdeskly/archive';
import type { Backup } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { schemaOf } from '../archives/archive-schema.js';
import { Archives, checkedBeforehand } from '../archives/archives.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** Looks at archives before anybody is told that they will be restored. */
@Injectable()
export class ArchiveChecks {
  constructor(
    private readonly archives: Archives,
    private readonly migrations: TenantMigrations,
  ) {}

  /**
   * Reads a small archive whole, and of a larger one the manifest: the job reads the rest before it changes anything. Throws
   * ArchiveInvalid, StorageUnavailable, ServiceUnavailable.
   */
  async check(backup: Backup): Promise<Archive> {
    const archive = await this.archives.open(backup);
    schemaOf(archive, await this.migrations.refresh());
    if (archive.bytes <= checkedBeforehand) await archive.check();
    return archive;
  }
}
