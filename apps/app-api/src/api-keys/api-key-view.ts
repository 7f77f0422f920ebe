import type { Prisma } from '@helpdeskly/tenant-db';
import type { ApiKeyScope } from '../edge/api-key-scopes.js';
import type { ApiKeyDto, ApiKeyRole } from './api-keys.dto.js';

/** A key's name and role are those of the service user that it acts as. */
export const withUser = { user: { select: { name: true, role: true } } } as const satisfies Prisma.ApiKeyInclude;

/** A key as ADMINs see it: its first characters, never the rest. */
export function viewApiKey(row: Prisma.ApiKeyGetPayload<{ include: typeof withUser }>): ApiKeyDto {
  return {
    id: row.id,
    name: row.user.name,
    role: row.user.role as ApiKeyRole,
    scopes: row.scopes as ApiKeyScope[],
    hint: row.hint,
    userId: row.userId,
    createdById: row.createdById,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
