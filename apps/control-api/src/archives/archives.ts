import { Archive, ArchiveInvalid, SealedBlobs } from '@helpdeskly/archive';
import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchiveStore } from './archive-store.js';

/** Up to so many bytes an archive is read whole before anybody is told that it will be restored; a larger one is read by the job. */
export const checkedBeforehand = 1024 ** 3;

/** A backup and one of its takes. */
export type ArchiveId = Pick<Backup, 'id' | 'takes'>;

/** The id of the archive that a backup's current take writes: each take writes to a place of its own. */
export function archiveIdOf({ id, takes }: ArchiveId): string {
  return `${id}-${takes}`;
}

/** What an archive's id says; undefined if it is none of ours. */
export function archiveOf(archiveId: string): ArchiveId | undefined {
  const [, id, takes] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([1-9]\d{0,8})$/.exec(archiveId) ?? [];
  return id === undefined ? undefined : { id, takes: Number(takes) };
}

/** Opens tenants' archives. */
@Injectable()
export class Archives {
  constructor(
    private readonly control: ControlDatabase,
    private readonly store: ArchiveStore,
    private readonly keys: ArchiveKeys,
  ) {}

  /** Throws ArchiveInvalid if the tenant's key was destroyed, ServiceUnavailable. */
  async blobsOf(tenantId: string): Promise<SealedBlobs> {
    return new SealedBlobs(this.store.blobs, await this.keys.keyOf(tenantId));
  }

  /** The archive of a backup that is DONE. Throws ArchiveInvalid, StorageUnavailable, ServiceUnavailable. */
  async open(backup: Backup): Promise<Archive> {
    return Archive.open(await this.blobsOf(backup.tenantId), archiveIdOf(backup), backup.sha256 ?? '');
  }

  /** The same by the backup's id. Throws ArchiveInvalid too if there is none any more. */
  async openOf(backupId: string): Promise<Archive> {
    const backup = await this.control.client.backup.findFirst({ where: { id: backupId, status: 'DONE' } });
    if (backup === null) throw new ArchiveInvalid('its backup was deleted');
    return this.open(backup);
  }

  /** Those of a tenant that are complete, the newest first. */
  complete(tenantId: string): Promise<Backup[]> {
    const where = { tenantId, status: 'DONE' } as const;
    return this.control.client.backup.findMany({ where, orderBy: { takenAt: 'desc' } });
  }
}
