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

/** Where files are stored. */
export type StorageConfig = FolderConfig | S3Config;

/** Undefined if neither ATTACHMENTS_DIR nor S3_BUCKET is set; then nobody can attach files. */
export function readStorageConfig(read: Reader): StorageConfig | undefined {
  return readStore(read, 'ATTACHMENTS_DIR', 'S3', 'attachments');
}

/** Undefined if neither BACKUPS_DIR nor BACKUPS_S3_BUCKET is set; then there are no backups. */
export function readBackupStorageConfig(read: Reader): StorageConfig | undefined {
  return readStore(read, 'BACKUPS_DIR', 'BACKUPS_S3', 'backups');
}

function readStore(read: Reader, folderName: string, s3: string, what: string): StorageConfig | undefined {
  const folder = read.optional(folderName);
  const bucket = read.optional(`${s3}_BUCKET`);
  const region = read.text(`${s3}_REGION`, 'us-east-1');
  const endpoint = read.optionalUrl(`${s3}_ENDPOINT`, ['http:', 'https:']);
  const forcePathStyle = read.flag(`${s3}_FORCE_PATH_STYLE`, false);
  if (folder !== undefined && bucket !== undefined)
    return read.wrong(folderName, `and ${s3}_BUCKET are both set: ${what} are kept in one place`, undefined);
  if (folder !== undefined) return Object.freeze({ kind: 'folder', folder: resolve(folder) });
  if (bucket !== undefined) return Object.freeze({ kind: 's3', bucket, region, endpoint, forcePathStyle });
  if (endpoint !== undefined) return read.wrong(`${s3}_BUCKET`, `is required with ${s3}_ENDPOINT`, undefined);
  return undefined;
}
