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

function readKeep(read: Reader): BackupKeep {
  const text = read.list('BACKUP_KEEP').join();
  const keep = parseKeep(text === '' ? '7d,4w,6m' : text);
  return keep ?? read.wrong('BACKUP_KEEP', wrongKeep, { daily: 0, weekly: 0, monthly: 0 });
}

/** Such as `7d,4w,6m`; undefined if it is of another form, or not of a day at least. */
export function parseKeep(text: string): BackupKeep | undefined {
  const keep = { daily: 0, weekly: 0, monthly: 0 };
  for (const item of text.split(',')) {
    const [, count, unit] = /^(\d{1,3})([dwm])$/.exec(item) ?? [];
    if (count === undefined) return undefined;
    keep[fields[unit as keyof typeof fields]] = Number(count);
  }
  return keep.daily === 0 ? undefined : Object.freeze(keep);
}

const wrongKeep = 'must be days, weeks and months such as 7d,4w,6m, with one day at least';
