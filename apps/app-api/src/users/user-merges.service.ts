import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { type Actor, assertVersion, isUuid, keeperOf } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { AccountAccess } from '../auth/account-access.service.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import type { UserDto } from '../user-core/user.dto.js';
import { userView } from '../user-core/user-view.js';
import { UserMerged } from '../user-core/errors.js';
import {
  lockHeldComments,
  lockPair,
  passParticipations,
  passTickets,
  passWorks,
  ticketsOf,
} from './user-merges.queries.js';
import { UserNotMergeable } from './errors.js';

/** Two accounts of one customer become one. */
@Injectable()
export class UserMerges {
  constructor(
    private readonly db: TenantDatabase,
    private readonly access: AccountAccess,
    private readonly audit: AuditTrail,
    private readonly writes: TicketWrites,
  ) {}

  /**
   * Answers the account that stays. Doing it again changes nothing. Throws NotFound, InvalidReference, VersionConflict (of the
   * account that goes), UserMerged, UserNotMergeable.
   */
  async merge(actor: Actor, id: string, intoId: string, version?: number): Promise<UserDto> {
    if (!isUuid(id)) throw new NotFound('user');
    const goesId = id.toLowerCase();
    if (goesId === intoId) throw new InvalidReference('intoId', 'An account cannot be merged into itself.');
    return this.db.transaction(async (tx) => {
      await lockHeldComments(tx, goesId);
      await lockTicketsFirst(this.db, ticketsOf(goesId), (locking) => lockPair(locking, [goesId, intoId]));
      const goes = await tx.user.findUnique({ where: { id: goesId } });
      if (goes === null || goes.service) throw new NotFound('user');
      const stays = await tx.user.findUnique({ where: { id: intoId } });
      if (stays === null || stays.service) throw new InvalidReference('intoId', 'There is no such user.');
      if (goes.mergedIntoId === stays.id) return userView(stays);
      assertVersion(version, goes.version);
      assertMayGo(goes);
      assertMayStay(stays);
      return userView(await this.join(tx, actor, goes, stays));
    });
  }

  private async join(tx: Prisma.TransactionClient, actor: Actor, goes: User, stays: User): Promise<User> {
    const now = new Date();
    const moved = { version: { increment: 1 }, updatedAt: now } as const;
    await this.access.end(tx, goes.id);
    await tx.idempotencyKey.deleteMany({ where: { actorId: keeperOf({ kind: 'USER', id: goes.id }) } });
    const email = `${goes.id}@merged.invalid`;
    const nobody = { name: 'Merged account', email, emailKey: email, passwordHash: null, organizationId: null };
    const traceless = { addresses: [], formerNames: [], locale: null, timeZone: null };
    await tx.user.update({
      where: { id: goes.id },
      data: { ...nobody, ...moved, status: 'DISABLED', mergedIntoId: stays.id, ...traceless },
    });
    // Whoever names one that was joined with it before is led to the end at once.
    await tx.user.updateMany({ where: { mergedIntoId: goes.id }, data: { mergedIntoId: stays.id } });
    await tx.userAddress.updateMany({ where: { userId: goes.id }, data: { userId: stays.id } });
    await passTickets(tx, this.writes, goes.id, stays.id, actor.id);
    await passParticipations(tx, this.writes, goes.id, stays.id, actor.id);
    await passWorks(tx, goes.id, stays.id);
    const deed = { type: AuditType.USER_MERGED, actorId: actor.id, subjectId: goes.id };
    await this.audit.record(tx, { ...deed, details: { intoId: stays.id } });
    const names = [...stays.formerNames, ...goes.formerNames, goes.name].filter((name) => name !== stays.name);
    return tx.user.update({
      where: { id: stays.id },
      data: {
        ...moved,
        addresses: [...stays.addresses, ...goes.addresses, goes.email],
        formerNames: [...new Set(names)],
        organizationId: stays.organizationId ?? goes.organizationId,
        locale: stays.locale ?? goes.locale,
        timeZone: stays.timeZone ?? goes.timeZone,
      },
    });
  }
}

/** A customer who was disabled may go: what such an account wrote is the person's all the same. */
function assertMayGo({ role, anonymizedAt, mergedIntoId }: User): void {
  if (mergedIntoId !== null) throw new UserMerged(mergedIntoId);
  if (anonymizedAt !== null) throw new UserNotMergeable('This account was anonymized.');
  if (role !== 'CUSTOMER')
    throw new UserNotMergeable('Only accounts of customers can be merged; this account belongs to an agent or admin.');
}

function assertMayStay({ role, status, mergedIntoId }: User): void {
  if (mergedIntoId !== null)
    throw new InvalidReference('intoId', `That account was itself joined with ${mergedIntoId}: name that one.`);
  if (role !== 'CUSTOMER')
    throw new InvalidReference(
      'intoId',
      'Only accounts of customers can be merged; the target belongs to an agent or admin.',
    );
  if (status === 'DISABLED') throw new InvalidReference('intoId', 'The target account is disabled.');
}
