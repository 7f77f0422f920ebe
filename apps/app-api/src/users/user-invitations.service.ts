import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { Invitations } from '../auth/invitations.service.js';
import { lockUser } from '../user-core/user-rows.js';
import { assertInvitable, assertKeyBrings } from './user-changes.js';
import type { InvitationDto } from './users.dto.js';

/** Inviting users to set a password. */
@Injectable()
export class UserInvitations {
  constructor(
    private readonly db: TenantDatabase,
    private readonly invitations: Invitations,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NotFound, Forbidden when an agent or a key invites anybody but a customer, UserMerged, InvalidTransition for a disabled user. */
  async invite(actor: Actor, id: string): Promise<InvitationDto> {
    if (!isUuid(id)) throw new NotFound('user');
    return this.db.transaction(async (tx) => {
      const user = await lockUser(tx, id);
      if (actor.role === 'AGENT' && user.role !== 'CUSTOMER') {
        throw new Forbidden('Agents can invite customers; only admins can invite agents and admins.');
      }
      assertKeyBrings(actor, user.role);
      assertInvitable(user);
      await this.audit.record(tx, { type: AuditType.USER_INVITED, actorId: actor.id, subjectId: user.id });
      return this.invitations.issue(tx, user.id);
    });
  }
}
