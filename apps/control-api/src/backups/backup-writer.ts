import {
  ArchiveInvalid,
  storeFiles,
  writeArchive,
  type ArchivedFile,
  type ArchivedTenant,
  type SealedBlobs,
  type StoredFiles,
  type WrittenArchive,
} from '@helpdeskly/archive';
import { exportDataKey, Secrets, type Backup, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { archiveIdOf, Archives } from '../archives/archives.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { BackupSources, type BackupSource } from './backup-source.js';
import { factsOf } from './tenant-facts.js';

/** Raised when the storage lacks files that the snapshot refers to: they were deleted since then, and a new snapshot knows. */
class FilesMissing extends Error {
  constructor(count: number) {
    super(`the storage no longer has ${count} files of the snapshot`);
    this.name = 'FilesMissing';
  }
}

/** Writes the archive of a backup's current take. */
@Injectable()
export class BackupWriter {
  constructor(
    private readonly sources: BackupSources,
    private readonly archives: Archives,
    private readonly keys: ArchiveKeys,
    private readonly secrets: Secrets,
  ) {}

  /** Throws at once or within seconds if the tenant's server does not answer. */
  reach(tenant: Tenant): Promise<void> {
    return this.sources.reach(tenant);
  }

  /** `mayLackFiles`: whether it may go on without files that the storage does not have. Throws whatever keeps it from being complete. */
  async write(backup: Backup, tenant: Tenant, { mayLackFiles }: { mayLackFiles: boolean }): Promise<WrittenArchive> {
    const blobs = await this.archives.blobsOf(tenant.id);
    await this.keys.storeBeside(tenant.id);
    return this.sources.during(tenant, async (source) => {
      const files = async (names: readonly string[]) => {
        const stored = await this.storeFiles(blobs, tenant.id, source, names);
        if (stored.missing.length > 0 && !mayLackFiles) throw new FilesMissing(stored.missing.length);
        return stored;
      };
      const { connect, pace } = source;
      const about = { archiveId: archiveIdOf(backup), tenant: this.describe(tenant) };
      return writeArchive(blobs, about, { connect, pace, asRole: ownerRole, facts: factsOf, files });
    });
  }

  private async storeFiles(
    blobs: SealedBlobs,
    tenantId: string,
    { store, pace }: BackupSource,
    names: readonly string[],
  ): Promise<StoredFiles> {
    if (names.length === 0 || store === undefined) return { files: [], missing: names };
    return storeFiles(blobs, { tenantId, store, pace, known: await this.known(tenantId) }, names);
  }

  /** The files of the tenant's newest archive that can be read. */
  private async known(tenantId: string): Promise<readonly ArchivedFile[]> {
    for (const backup of await this.archives.complete(tenantId))
      try {
        return (await this.archives.open(backup)).manifest.files;
      } catch (error) {
        if (!(error instanceof ArchiveInvalid)) throw error;
      }
    return [];
  }

  private describe(tenant: Tenant): ArchivedTenant {
    const { id, slug, name, plan, adminEmail, adminName, dataKeySecret, ownStorageBytes } = tenant;
    return {
      id,
      slug,
      name,
      plan,
      limits: {
        maxConnections: tenant.ownMaxConnections,
        requestsPerMinute: tenant.ownRequestsPerMinute,
        storageBytes: ownStorageBytes === null ? null : Number(ownStorageBytes),
      },
      adminEmail,
      adminName,
      dataKey: dataKeySecret === null ? null : exportDataKey(this.secrets, id, dataKeySecret),
    };
  }
}
