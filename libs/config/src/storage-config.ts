import { resolve } from 'node:path';
import type { Reader } from './reader.js';

/** A folder on disk. */
export interface FolderConfig {
  readonly kind: 'folder';
  readonly folder: string;
}

/** A bucket of S3, or of a service that speaks its protocol. Credentials are found by the SDK's own chain. */
export interface S3Config {
  readonly kind: 's3';
  readonly bucket: string;
  readonly region: string;
  /** Undefined is Amazon's, by region. */
  readonly endpoint: string | undefined;
  /** The bucket in the path in place of the host's name, as most services beside Amazon's want it. */
  readonly forcePathStyle: boolean;
}

/** Where attachments' bytes are. */
export type StorageConfig = FolderConfig | S3Config;

/** Undefined when neither ATTACHMENTS_DIR nor S3_BUCKET is set: nothing can be attached then. */
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
