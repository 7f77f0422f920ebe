import type { Reader } from './reader.js';
import { readBackupStorageConfig, type StorageConfig } from './storage-config.js';

/** How many days, weeks and months have an archive. */
export interface BackupKeep {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface BackupConfig {
  /** Undefined: there are no backups. */
  readonly storage: StorageConfig | undefined;
  /** Milliseconds between two scheduled backups of a tenant; 0: none are scheduled. */
  readonly everyMs: number;
  readonly keep: BackupKeep;
}

const fields = { d: 'daily', w: 'weekly', m: 'monthly' } as const;

export function readBackupConfig(read: Reader): BackupConfig {
  const storage = readBackupStorageConfig(read);
  const everyMs = read.duration('BACKUP_EVERY', 0);
  if (everyMs > 0 && storage === undefined)
    read.wrong('BACKUP_EVERY', 'needs a place for backups: BACKUPS_DIR or BACKUPS_S3_BUCKET', undefined);
  return Object.freeze({ storage, everyMs, keep: readKeep(read) });
}

/** Such as `7d,4w,6m`. */
function readKeep(read: Reader): BackupKeep {
  const keep = { daily: 0, weekly: 0, monthly: 0 };
  const items = read.list('BACKUP_KEEP');
  for (const item of items.length === 0 ? ['7d', '4w', '6m'] : items) {
    const [, count, unit] = /^(\d{1,3})([dwm])$/.exec(item) ?? [];
    if (count === undefined) return read.wrong('BACKUP_KEEP', wrongKeep, keep);
    keep[fields[unit as keyof typeof fields]] = Number(count);
  }
  if (keep.daily === 0) return read.wrong('BACKUP_KEEP', wrongKeep, keep);
  return Object.freeze(keep);
}

const wrongKeep = 'must be days, weeks and months such as 7d,4w,6m, with one day at least';
