import type { Tenant } from '@helpdeskly/catalog';
import { parseKeep, type BackupConfig, type BackupKeep } from '@helpdeskly/config';

/** How often a tenant is backed up, and for how long its archives are kept. */
export interface BackupPolicy {
  /** 0: not by itself. */
  readonly everyMs: number;
  readonly keep: BackupKeep;
}

type OwnPolicy = Pick<Tenant, 'backupEveryMs' | 'backupKeep'>;

/** A tenant's own one, and the installation's where it has none. */
export function policyOf({ backupEveryMs, backupKeep }: OwnPolicy, defaults: BackupConfig): BackupPolicy {
  return {
    everyMs: backupEveryMs === null ? defaults.everyMs : Number(backupEveryMs),
    keep: (backupKeep === null ? undefined : parseKeep(backupKeep)) ?? defaults.keep,
  };
}

/** The form in which the catalog keeps it. */
export function keepText({ daily, weekly, monthly }: BackupKeep): string {
  return `${daily}d,${weekly}w,${monthly}m`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Such as `24h`; null: not by itself. */
export function everyText(everyMs: number): string | null {
  if (everyMs === 0) return null;
  const [unit, ms] = units.find(([name, each]) => everyMs % each === 0 && (name !== 'd' || everyMs > each)) ?? [
    'ms',
    1,
  ];
  return `${everyMs / ms}${unit}`;
}
