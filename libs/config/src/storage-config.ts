import { resolve } from 'node:path';
import type { Reader } from './reader.js';

/** A folder on disk. */
export interface FolderConfig {
  readonly kind: 'folder';
  readonly folder: string;
}

/** A bucket of S3, or of a compatible service. The SDK finds the credentials itself. */
export interface S3Config {
  readonly kind: 's3';
  readonly bucket: string;
  readonly region: string;
  /** Undefined: Amazon's endpoint of the region. */
  readonly endpoint: string | undefined;
  /** Whether the bucket is in the URL's path instead of the host name, as most services other than Amazon's require. */
  readonly forcePathStyle: boolean;
}

/** Where attachments are stored. */
export type StorageConfig = FolderConfig | S3Config;

/** Undefined if neither ATTACHMENTS_DIR nor S3_BUCKET is set; then nobody can attach files. */
export function readStorageConfig(read: Reader): StorageConfig | undefined {
  const folder = read.optional('ATTACHMENTS_DIR');
  const bucket = read.optional('S3_BUCKET');
  const region = read.text('S3_REGION', 'us-east-1');
  const endpoint = read.optionalUrl('S3_ENDPOINT', ['http:', 'https:']);
  const forcePathStyle = read.flag('S3_FORCE_PATH_STYLE', false);
  if (folder !== undefined && bucket !== undefined)
    return read.wrong('ATTACHMENTS_DIR', 'and S3_BUCKET are both set: attachments are kept in one place', undefined);
  if (folder !== undefined) return Object.freeze({ kind: 'folder', folder: resolve(folder) });
  if (bucket !== undefined) return Object.freeze({ kind: 's3', bucket, region, endpoint, forcePathStyle });
  if (endpoint !== undefined) return read.wrong('S3_BUCKET', 'is required with S3_ENDPOINT', undefined);
  return undefined;
}
