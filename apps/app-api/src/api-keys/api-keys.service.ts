import { randomUUID } from 'node:crypto';
import { createCheckedKey, hashToken, keyHint } from '@helpdeskly/auth';
import { Forbidden } from '@helpdeskly/errors';
import { type Actor, futureTime } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { apiKeyPrefix } from '../edge/api-key-authenticator.js';
import { ApiKeyChecksums } from '../edge/api-key-checksums.js';
import { lockQuota } from '../sharing/quota.js';
import { lockUsers } from '../user-core/user-rows.js';
import { isActiveAdmin } from '../user-core/user-rules.js';
import { viewApiKey, withUser } from './api-key-view.js';
import type { CreateApiKeyDto, CreatedApiKeyDto } from './api-keys.dto.js';

const mostKeys = 100;

/** Making keys for programs: 256 random bits, of which we store only the SHA-256. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly checksums: ApiKeyChecksums,
    private readonly audit: AuditTrail,
  ) {}

  /** Only this call returns the key itself. Throws ValidationFailed for an expiry in the past, LimitReached. */
  async create(actor: Actor, { name, role, scopes, expiresAt: expiry }: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const expiresAt = futureTime('expiresAt', expiry);
    const checksumKey = await this.checksums.keyOf(this.context.current.tenant.id);
    const key = createCheckedKey(apiKeyPrefix, checksumKey);
    const row = await this.db.transaction(async (tx) => {
      await assertStillAdmin(tx, actor);
      const quota = { shared: true, ownerId: actor.id };
      await lockQuota(tx, 'API keys', quota, mostKeys, () => tx.apiKey.count({ where: { revokedAt: null } }));
      const email = `${randomUUID()}@api-keys.invalid`;
      const nobody = { email, emailKey: email, status: 'DISABLED', service: true } as const;
      const user = await tx.user.create({ data: { ...nobody, name, role }, select: { id: true } });
      const created = await tx.apiKey.create({
        data: {
          userId: user.id,
          createdById: actor.id,
          scopes: [...scopes],
          keyHash: hashToken(key),
          hint: keyHint(key),
          expiresAt,
        },
        include: withUser,
      });
      const details = { id: created.id, name, role, scopes: [...scopes] };
      await this.audit.record(tx, { type: AuditType.API_KEY_CREATED, actorId: actor.id, details });
      return created;
    });
    return { ...viewApiKey(row), key };
  }
}

/** An admin who is demoted or disabled at this moment leaves no key behind that nobody knows of. */
async function assertStillAdmin(tx: Prisma.TransactionClient, { id }: Actor): Promise<void> {
  const [user] = await lockUsers(tx, [id]);
  if (user === undefined || !isActiveAdmin(user)) throw new Forbidden();
}
