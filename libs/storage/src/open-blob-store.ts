import type { StorageConfig } from '@helpdeskly/config';
import type { BlobStore } from './blob-store.js';

/** The store that is configured. What the other one needs is not even loaded: the S3 client costs memory and time. */
export async function openBlobStore(config: StorageConfig): Promise<BlobStore> {
  if (config.kind === 'folder') return new (await import('./folder-store.js')).FolderStore(config.folder);
  return new (await import('./s3-store.js')).S3Store(config);
}
