export { type BlobAddress, type BlobRange, type BlobStore, BlobNotFound, StorageUnavailable } from './blob-store.js';
export { openBlobStore } from './open-blob-store.js';
