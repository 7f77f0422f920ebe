import { Readable } from 'node:stream';
import type { Archive } from '@helpdeskly/archive';
import { Injectable } from '@nestjs/common';
import { TenantFiles } from '../tenant-databases/tenant-files.js';

/** Puts files of archives back into tenants' storage. */
@Injectable()
export class CopiedFiles {
  constructor(private readonly files: TenantFiles) {}

  /** Stores those that the tenant does not have: a file never changes. Repeatable. Throws ArchiveInvalid, StorageUnavailable. */
  async restore(tenantId: string, archive: Archive): Promise<void> {
    const { store } = this.files;
    const wanted = archive.manifest.files;
    if (store === undefined || wanted.length === 0) return;
    const there = new Set<string>();
    for await (const name of store.names(tenantId)) there.add(name);
    for (const file of wanted)
      if (!there.has(file.name))
        await store.put({ space: tenantId, name: file.name }, Readable.from(archive.file(file), { objectMode: false }));
  }
}
