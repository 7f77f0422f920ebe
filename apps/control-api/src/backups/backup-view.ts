import type { Backup } from '@helpdeskly/catalog';
import type { BackupDto } from './backup.dto.js';

export function viewOf(row: Backup): BackupDto {
  const { id, tenantId, tenantSlug, status, reason, schemaVersion, sha256, error } = row;
  return {
    id,
    tenantId,
    tenantSlug,
    status,
    reason,
    schemaVersion,
    rows: row.rows === null ? null : Number(row.rows),
    bytes: row.bytes === null ? null : Number(row.bytes),
    sha256,
    takenAt: row.takenAt?.toISOString() ?? null,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    verifying: row.verifyRequestedAt !== null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    error,
  };
}
