import { keeperOf, type Actor } from '@helpdeskly/http';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Sessions } from '../auth/sessions.service.js';
import { releaseTickets } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { withdrawInvitations } from '../user-core/invitation-rows.js';
import { canBeGivenTickets } from '../user-core/user-rules.js';

/** What belongs to users: sessions, invitations, kept answers, tickets, groups. */
@Injectable()
export class UserBelongings {
  constructor(
    private readonly sessions: Sessions,
    private readonly writes: TicketWrites,
  ) {}

  /** Takes away what the user may not have any more after a change. */
  async follow(tx: Prisma.TransactionClient, actor: Actor, before: User, after: User): Promise<void> {
    const { id } = before;
    const disabled = before.status !== 'DISABLED' && after.status === 'DISABLED';
    if (disabled) await this.sessions.endAll(tx, id);
    else await this.sessions.reconsider();
    // Whoever was sent an invitation to the former address, or holds one for the former role, must not get in by it.
    if (disabled || before.emailKey !== after.emailKey || before.role !== after.role) await withdrawInvitations(tx, id);
    // What was answered to the former role is not for the new one to see again.
    if (before.role !== after.role)
      await tx.idempotencyKey.deleteMany({ where: { actorId: keeperOf({ kind: 'USER', id }) } });
    if (canBeGivenTickets(before) && !canBeGivenTickets(after)) await releaseTickets(tx, this.writes, id, actor.id);
    if (after.role === 'CUSTOMER') await tx.groupMember.deleteMany({ where: { userId: id } });
  }
}
