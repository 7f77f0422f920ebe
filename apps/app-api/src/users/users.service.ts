import { NotFound } from '@helpdeskly/errors';
import { type Actor, assertVersion, isUuid } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { releasableFrom } from '../ticket-core/ticket-assignments.js';
import { lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import { LastAdmin } from '../user-core/errors.js';
import { hasOtherAdmin, lockAdmins, lockUser } from '../user-core/user-rows.js';
import { isActiveAdmin } from '../user-core/user-rules.js';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import { leaveAddresses, orEmailTaken } from './user-addresses.js';
import { UserBelongings } from './user-belongings.js';
import { assertKeyMay, assertMayCorrect, changesOf } from './user-changes.js';
import { assertOrganization } from './user-organization.js';
import type { ChangeUserDto } from './users.dto.js';

/** What of a change an audit event tells. */
const audited = [
  'email',
  'name',
  'role',
  'status',
  'organizationId',
  'addresses',
  'away',
  'awayUntil',
  'locale',
  'timeZone',
] as const;

/** Changing users. */
@Injectable()
export class Users {
  constructor(
    private readonly db: TenantDatabase,
    private readonly audit: AuditTrail,
    private readonly belongings: UserBelongings,
  ) {}

  /**
   * Throws NotFound, also for what a customer may not see, Forbidden for what the actor may not change, VersionConflict, InvalidTransition,
   * InvalidReference, EmailTaken, LastAdmin, ValidationFailed for an address that is not the user's.
   */
  async change(actor: Actor, id: string, input: ChangeUserDto, version?: number): Promise<UserDto> {
    const visible = isUuid(id) && (actor.role !== 'CUSTOMER' || actor.id === id.toLowerCase());
    if (!visible) throw new NotFound('user');
    const user = await this.db.transaction(async (tx) => {
      const current = await this.lock(id, input);
      assertMayCorrect(actor, current, input);
      assertKeyMay(actor, current, input);
      assertVersion(version, current.version);
      const changes = changesOf(current, input);
      if (Object.keys(changes).length === 0) return current;
      const next = { ...current, ...changes };
      if (changes.organizationId !== undefined || changes.role !== undefined) await assertOrganization(tx, next);
      if (isActiveAdmin(current) && !isActiveAdmin(next) && !(await hasOtherAdmin(tx, id))) throw new LastAdmin();
      const { addresses, ...columns } = changes;
      const data = { ...columns, version: { increment: 1 }, updatedAt: new Date() };
      const write = () => tx.user.update({ where: { id }, data });
      const written = await orEmailTaken(tx, actor, next.emailKey, id, write);
      const changed = addresses === undefined ? written : await leaveAddresses(tx, written, addresses);
      await this.belongings.follow(tx, actor, current, changed);
      const details = changesBetween(userView(current), userView(changed), audited);
      await this.audit.record(tx, { type: AuditType.USER_UPDATED, actorId: actor.id, subjectId: id, details });
      return changed;
    });
    return userView(user);
  }

  /**
   * Locks whom an input changes. One that may take the user's tickets away locks these first, and one that may be about an admin
   * all admins.
   */
  private lock(id: string, { email, role, status }: ChangeUserDto): Promise<User> {
    const strength = email === undefined ? 'OUTWARDS' : 'WHOLE';
    if (role === undefined && status === undefined) return this.db.transaction((tx) => lockUser(tx, id, strength));
    return lockTicketsFirst(this.db, releasableFrom(id), async (tx) => {
      await lockAdmins(tx);
      return lockUser(tx, id, strength);
    });
  }
}
