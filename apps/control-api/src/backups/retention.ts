import type { BackupKeep } from '@helpdeskly/config';

const dayMs = 86_400_000;

/**
 * When an archive ends: the first of a day is kept for `daily` days, the first of a week (from Monday) for `weekly` weeks, the first of a
 * month for `monthly` months, all in UTC; whichever is longest counts. Others are kept for `daily` days. `earlier` says when the tenant's
 * other archives were taken.
 */
export function expiryOf(takenAt: Date, earlier: readonly Date[], { daily, weekly, monthly }: BackupKeep): Date {
  const isFirstSince = (begin: Date) => !earlier.some((other) => other >= begin && other < takenAt);
  const ends = [takenAt.getTime() + daily * dayMs];
  if (isFirstSince(weekOf(takenAt))) ends.push(takenAt.getTime() + weekly * 7 * dayMs);
  if (isFirstSince(monthOf(takenAt))) ends.push(monthsAfter(takenAt, monthly).getTime());
  return new Date(Math.max(...ends));
}

function weekOf(time: Date): Date {
  const day = Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate());
  return new Date(day - ((time.getUTCDay() + 6) % 7) * dayMs);
}

function monthOf(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 1));
}

/** The same day of a later month, or that month's last day. */
function monthsAfter(time: Date, months: number): Date {
  const later = new Date(time);
  later.setUTCDate(1);
  later.setUTCMonth(later.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth() + 1, 0)).getUTCDate();
  later.setUTCDate(Math.min(time.getUTCDate(), lastDay));
  return later;
}
