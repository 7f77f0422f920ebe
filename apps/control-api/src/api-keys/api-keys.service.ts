import { createOneTimeToken, hashToken, keyHint, keyRefusal, keyUseIsNews } from '@helpdeskly/auth';
import { ControlDatabase, type ApiKey, type OperatorRole, type Prisma } from '@helpdeskly/catalog';
import { NotFound, TokenInvalid } from '@helpdeskly/errors';
import { FailureNotes, futureTime, isUuid, networkOf, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { assertStillOwner } from '../actors/still-has-role.js';
import type { CreateApiKeyDto, ListApiKeysQuery } from './api-keys.dto.js';
import type { ApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import { recordEvent, recordFailure, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';

/** The prefix that distinguishes an API key from an access token. */
export const apiKeyPrefix = 'hdk';

/** Keys for programs: 256 random bits, of which we store only the SHA-256. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly failures: FailureNotes,
  ) {}

  /** Only this call returns the key itself. Throws ValidationFailed for an expiry in the past. */
  async create(origin: Origin, request: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const { name, role } = request;
    const expiresAt = futureTime('expiresAt', request.expiresAt);
    const { token: key, hash: keyHash } = createOneTimeToken(apiKeyPrefix);
    const row = await this.control.transaction(async (tx) => {
      await assertStillOwner(tx, origin);
      const hint = keyHint(key);
      const created = await tx.apiKey.create({
        data: { name, role, expiresAt, keyHash, hint, createdById: origin.actor.id },
      });
      await recordEvent(tx, origin, { action: 'api_key.created', details: { id: created.id, name, role } });
      return created;
    });
    return { ...viewApiKey(row), key };
  }

  list(query: ListApiKeysQuery): Promise<Page<ApiKeyDto>> {
    const { apiKey } = this.control.client;
    return this.lists.page(query, {
      route: 'api-keys',
      filters: {},
      sort: query.sort ?? '-createdAt',
      find: (page: PageArguments<Prisma.ApiKeyWhereInput>) => apiKey.findMany(page),
      count: (where) => apiKey.count({ where }),
      view: viewApiKey,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<ApiKeyDto> {
    const row = isUuid(id) ? await this.control.client.apiKey.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('API key');
    return viewApiKey(row);
  }

  /** Revokes a key permanently; revoking it again changes nothing. Throws NotFound. */
  async revoke(origin: Origin, id: string): Promise<void> {
    await this.control.transaction(async (tx) => {
      const row = isUuid(id) ? await tx.apiKey.findUnique({ where: { id } }) : null;
      if (row === null) throw new NotFound('API key');
      const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 0) return;
      await recordEvent(tx, origin, { action: 'api_key.revoked', details: { id, name: row.name } });
    });
  }

  /**
   * Revokes every key that an operator made, or that such a key made, except those with a kept role. Returns how many it revoked. Runs in
   * the transaction in which the operator loses those roles.
   */
  async revokeBeyond(tx: Prisma.TransactionClient, operatorId: string, kept: readonly OperatorRole[]): Promise<number> {
    let ended = 0;
    for (let more = -1; more !== 0; ended += more) {
      // Repeat until there is none: while this waited for a key's lock, that key may have made another.
      more = await tx.$executeRaw`
      WITH RECURSIVE made AS (
        SELECT "id" FROM "ApiKey" WHERE "createdById" = ${operatorId}::uuid
        UNION
        SELECT k."id" FROM "ApiKey" k JOIN made ON k."createdById" = made."id"
      )
      UPDATE "ApiKey" SET "revokedAt" = clock_timestamp()
       WHERE "id" IN (SELECT "id" FROM made) AND "revokedAt" IS NULL AND NOT "role"::text = ANY (${[...kept]})`;
    }
    return ended;
  }

  /**
   * The owner of a key. It looks the key up by its hash, so that neither the index nor the comparison reveals anything about the key.
   * Throws TokenInvalid.
   */
  async authenticate(caller: Caller, key: string): Promise<{ id: string; name: string; role: OperatorRole }> {
    const row = await this.control.client.apiKey.findUnique({ where: { keyHash: hashToken(key) } });
    const now = new Date();
    const refusal = row === null ? 'UNKNOWN' : keyRefusal(row, now);
    if (row === null || refusal !== undefined) {
      this.noteFailure(caller, row, refusal);
      throw new TokenInvalid();
    }
    if (keyUseIsNews(row, now)) {
      const { id, lastUsedAt } = row;
      await this.control.client.apiKey.updateMany({ where: { id, lastUsedAt }, data: { lastUsedAt: now } });
    }
    return row;
  }

  /** Records neither the key nor a part of it: for an unknown key, only that somebody tried one. */
  private noteFailure(caller: Caller, row: ApiKey | null, reason: string | undefined): void {
    const failure = row === null ? { key: `key ${networkOf(caller.address)}`, group: 'key' } : { key: `key ${row.id}` };
    const which = row === null ? {} : { id: row.id, name: row.name };
    this.failures.note(failure, (times) =>
      recordFailure(this.control.client, caller, { action: 'api_key.refused', details: { reason, times, ...which } }),
    );
  }
}

/** A key as OWNERs see it: its first characters, never the rest. */
function viewApiKey(row: ApiKey): ApiKeyDto {
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
