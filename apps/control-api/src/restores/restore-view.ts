import type { TenantRestore } from '@helpdeskly/catalog';
import type { RestoredTicketDto, RestoreDto } from './restore.dto.js';

export function viewRestore(row: TenantRestore): RestoreDto {
  const { id, backupId, tenantId, tenantSlug, status, step, formerBackupId, pauseMs, error } = row;
  return {
    id,
    backupId,
    tenantId,
    tenantSlug,
    status,
    progress: step,
    tickets: row.tickets as unknown as RestoredTicketDto[] | null,
    result: row.switchedAt === null ? null : { tenantId, formerBackupId, pauseMs },
    error,
    startedAt: row.startedAt.toISOString(),
    switchedAt: row.switchedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
