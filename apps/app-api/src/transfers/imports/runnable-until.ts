import type { DataImport } from '@helpdeskly/tenant-db';

type Kept = Pick<DataImport, 'status' | 'checkedAt' | 'dueAt' | 'removedAt' | 'error'>;

/** Until when an import may be run: its archive was looked through and is kept. Null when it may not. */
export function runnableUntil({ status, checkedAt, dueAt, removedAt, error }: Kept): Date | null {
  if (checkedAt === null || removedAt !== null || dueAt.getTime() <= Date.now()) return null;
  const couldNotGoOn = status === 'FAILED' && (error as { code?: string } | null)?.code === 'service_unavailable';
  return status === 'CHECKED' || couldNotGoOn ? dueAt : null;
}
