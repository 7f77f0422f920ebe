import type { StorageConfig } from '@helpdeskly/config';
import type { BlobStore } from './blob-store.js';

/** Opens the configured store. It does not load the other one: the S3 client costs memory and time. */
export async function openBlobStore(config: StorageConfig): Promise<BlobStore> {
  if (config.kind === 'folder') return new (await import('./folder-store.js')).FolderStore(config.folder);
  return new (await import('./s3-store.js')).S3Store(config);
}
