import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { SessionStates } from '../edge/session-states.js';
import { withUser } from './api-key-view.js';

/** Ending API keys. The service users stay: they wrote what they wrote. */
@Injectable()
export class ApiKeyRevocation {
  constructor(
    private readonly db: TenantDatabase,
    private readonly audit: AuditTrail,
    private readonly states: SessionStates,
  ) {}

  /** Revokes a key permanently; revoking it again changes nothing. Throws NotFound. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const row = isUuid(id) ? await tx.apiKey.findUnique({ where: { id }, include: withUser }) : null;
      if (row === null) throw new NotFound('API key');
      const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 0) return;
      const details = { id: row.id, name: row.user.name };
      await this.audit.record(tx, { type: AuditType.API_KEY_REVOKED, actorId: actor.id, details });
      await this.db.afterCommit(() => this.states.forget());
    });
  }
}
