import { createOneTimeToken, hashToken } from '@helpdeskly/auth';
import { ControlDatabase, type ApiKey, type OperatorRole } from '@helpdeskly/catalog';
import { NotFound, TokenInvalid } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import type { ApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';

/** What tells an API key from an access token. */
export const apiKeyPrefix = 'hdk';

/** How much of a key is kept to tell it from others. */
const hintLength = 12;

/** `lastUsedAt` is right to the minute: one write a minute, however often a key is used. */
const lastUsedPrecisionMs = 60_000;

/** Keys for programs: 256 random bits, of which only the SHA-256 is kept. */
@Injectable()
export class ApiKeys {
  constructor(private readonly control: ControlDatabase) {}

  /** The only time that the key itself is known. */
  async create(origin: Origin, request: { name: string; role: OperatorRole; expiresAt: Date | null }): Promise<CreatedApiKeyDto> {
    const { token: key, hash: keyHash } = createOneTimeToken(apiKeyPrefix);
    const row = await this.control.transaction(async (tx) => {
      const hint = key.slice(0, hintLength);
      const created = await tx.apiKey.create({ data: { ...request, keyHash, hint, createdById: origin.actor.id } });
      const { name, role } = request;
      await recordEvent(tx, origin, { action: 'api_key.created', details: { id: created.id, name, role } });
      return created;
    });
    return { ...viewApiKey(row), key };
  }

  /** Throws NotFound. */
  async find(id: string): Promise<ApiKeyDto> {
    const row = await this.control.client.apiKey.findUnique({ where: { id } });
    if (row === null) throw new NotFound('API key');
    return viewApiKey(row);
  }

  /** Ends a key for good; ending it again changes nothing. Throws NotFound. */
  async revoke(origin: Origin, id: string): Promise<void> {
    await this.control.transaction(async (tx) => {
      const row = await tx.apiKey.findUnique({ where: { id } });
      if (row === null) throw new NotFound('API key');
      const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 0) return;
      await recordEvent(tx, origin, { action: 'api_key.revoked', details: { id, name: row.name } });
    });
  }

  /**
   * Whose key it is. Looked up by its hash, so that neither the index nor the comparison tells anything about the key.
   * Throws TokenInvalid.
   */
  async authenticate(key: string): Promise<{ id: string; name: string; role: OperatorRole }> {
    const row = await this.control.client.apiKey.findUnique({ where: { keyHash: hashToken(key) } });
    const now = new Date();
    if (row === null || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) throw new TokenInvalid();
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > lastUsedPrecisionMs) {
      const { id, lastUsedAt } = row;
      await this.control.client.apiKey.updateMany({ where: { id, lastUsedAt }, data: { lastUsedAt: now } });
    }
    return row;
  }
}

/** A key as OWNERs see it: its first characters, never the rest. */
export function viewApiKey(row: ApiKey): ApiKeyDto {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    hint: row.hint,
    createdById: row.createdById,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
