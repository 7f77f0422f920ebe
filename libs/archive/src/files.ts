import { randomUUID } from 'node:crypto';
import { BlobNotFound, type BlobStore } from '@helpdeskly/storage';
import type { StoredFiles } from './archive-writer.js';
import type { SealedBlobs } from './blobs.js';
import { Tally } from './content.js';
import type { ArchivedFile } from './manifest.js';
import type { Pace } from './pace.js';
import { filePrefix, tenantSpace } from './places.js';

/** A tenant's files. */
export interface FileSource {
  readonly tenantId: string;
  readonly store: BlobStore;
  readonly pace: Pace;
  /** Those that an earlier archive of the tenant has. */
  readonly known: readonly ArchivedFile[];
}

/**
 * Stores the files of these names that no earlier archive has stored: a file never changes. Each blob gets a name of its own, so that two
 * writers never write the same one. Throws StorageUnavailable.
 */
export async function storeFiles(
  blobs: SealedBlobs,
  { tenantId, store, pace, known }: FileSource,
  names: readonly string[],
): Promise<StoredFiles> {
  const space = tenantSpace(tenantId);
  const there = new Set<string>();
  for await (const name of blobs.store.names(space)) there.add(name);
  const earlier = new Map(known.filter(({ blob }) => there.has(blob.name)).map((file) => [file.name, file]));
  const files: ArchivedFile[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const file = earlier.get(name) ?? (await storeFile(blobs, { space, store, pace, from: tenantId }, name));
    if (file === undefined) missing.push(name);
    else files.push(file);
  }
  return { files, missing };
}

async function storeFile(
  blobs: SealedBlobs,
  { space, store, pace, from }: { space: string; store: BlobStore; pace: Pace; from: string },
  name: string,
): Promise<ArchivedFile | undefined> {
  const content = await store.get({ space: from, name }).catch((error: unknown) => {
    if (error instanceof BlobNotFound) return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  const tally = new Tally();
  const paced = async function* () {
    for await (const chunk of tally.of(content)) {
      await pace.pass(chunk.length);
      yield chunk;
    }
  };
  const blob = await blobs.put(space, `${filePrefix}${randomUUID()}`, paced());
  return { name, bytes: tally.bytes, sha256: tally.digest(), blob };
}
