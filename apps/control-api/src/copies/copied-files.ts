import { Readable } from 'node:stream';
import type { Archive } from '@helpdeskly/archive';
import { BlobNotFound } from '@helpdeskly/storage';
import { Injectable } from '@nestjs/common';
import { TenantFiles } from '../tenant-databases/tenant-files.js';

/** A tenant's file, by its name. */
type FileContent = (name: string) => Promise<Readable | undefined> | Readable | undefined;

/** Puts files of archives back into tenants' storage, and those of tenants into their clones'. */
@Injectable()
export class CopiedFiles {
  constructor(private readonly files: TenantFiles) {}

  /** Stores those, all or `only` some, that the tenant does not have: a file never changes. Repeatable. Throws ArchiveInvalid, StorageUnavailable. */
  async restore(tenantId: string, archive: Archive, only?: ReadonlySet<string>): Promise<void> {
    const files = archive.manifest.files.filter(({ name }) => only?.has(name) ?? true);
    const wanted = new Map(files.map((file) => [file.name, file]));
    await this.put(tenantId, [...wanted.keys()], (name) => {
      const file = wanted.get(name);
      return file && Readable.from(archive.file(file), { objectMode: false });
    });
  }

  /** The bytes of another tenant's; one that it no longer has is left out. Repeatable. Throws StorageUnavailable. */
  async clone(tenantId: string, originalId: string, names: readonly string[]): Promise<void> {
    const { store } = this.files;
    await this.put(tenantId, names, (name) =>
      store?.get({ space: originalId, name }).catch((error: unknown) => {
        if (error instanceof BlobNotFound) return undefined;
        throw error;
      }),
    );
  }

  /** The same bytes for each. Repeatable. Throws StorageUnavailable. */
  async fillIn(tenantId: string, names: readonly string[], bytes: Buffer): Promise<void> {
    await this.put(tenantId, names, () => Readable.from([bytes]));
  }

  /** Takes files of a tenant out of its storage again. Repeatable. Throws StorageUnavailable. */
  async remove(tenantId: string, names: readonly string[]): Promise<void> {
    for (const name of names) await this.files.store?.delete({ space: tenantId, name });
  }

  /** The same with all of a tenant that is purged. */
  async removeAll(tenantId: string): Promise<void> {
    await this.files.deleteAll(tenantId);
  }

  private async put(tenantId: string, names: readonly string[], contentOf: FileContent): Promise<void> {
    const { store } = this.files;
    if (store === undefined || names.length === 0) return;
    const there = new Set<string>();
    for await (const name of store.names(tenantId)) there.add(name);
    for (const name of names) {
      const content = there.has(name) ? undefined : await contentOf(name);
      if (content !== undefined) await store.put({ space: tenantId, name }, content);
    }
  }
}
