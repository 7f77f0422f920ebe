import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { LimitReached } from '../sharing/room.js';
import { recordEvent, TicketEventType } from '../tickets/ticket-events.js';
import { ticketReference } from '../tickets/ticket-reference.js';
import { findVisibleTicket, lockTicket, lockUsers, saveTicket, type LockedTicket } from '../tickets/tickets.queries.js';
import { isStaff } from '../tickets/viewer.js';
import type { ParticipantDto } from './participants.dto.js';

/** A list without pages: more than anybody reads. */
const most = 100;

/** Who takes part in a ticket beside its author and its assignee; also in one that is closed. */
@Injectable()
export class Participants {
  constructor(private readonly db: TenantDatabase) {}

  /** In the order in which they came. Throws NotFound. */
  async list(actor: Actor, name: string): Promise<{ data: ParticipantDto[] }> {
    const ticketId = await findVisibleTicket(this.db.client, ticketReference(name), actor);
    const rows = await this.db.client.ticketParticipant.findMany({
      where: { ticketId, ...(isStaff(actor) ? {} : { role: 'CC' }) },
      include: { user: { select: { id: true, name: true, email: true, role: true } } },
      orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
    });
    return { data: rows.map(({ role, user, createdAt }) => ({ role, user, createdAt: createdAt.toISOString() })) };
  }

  /** Throws NotFound, InvalidReference, LimitReached. */
  async add(actor: Actor, name: string, userId: string): Promise<void> {
    const reference = ticketReference(name);
    await this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      const [user] = isUuid(userId) ? await lockUsers(tx, [userId]) : [];
      if (user === undefined || user.status === 'DISABLED')
        throw new InvalidReference('userId', 'There is no such user, or the user is disabled.');
      const role = isStaff(user) ? 'FOLLOWER' : 'CC';
      if ((await tx.ticketParticipant.count({ where: { ticketId: ticket.id } })) >= most)
        throw new LimitReached('participants', most);
      const { count } = await tx.ticketParticipant.createMany({
        data: [{ ticketId: ticket.id, userId: user.id, role }],
        skipDuplicates: true,
      });
      if (count > 0) await this.tell(tx, actor, ticket, role, { from: null, to: user.id });
    });
  }

  /** Throws NotFound. */
  async remove(actor: Actor, name: string, userId: string): Promise<void> {
    const reference = ticketReference(name);
    await this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      const where = { ticketId_userId: { ticketId: ticket.id, userId } };
      const found = isUuid(userId) ? await tx.ticketParticipant.findUnique({ where }) : null;
      if (found === null) throw new NotFound('participant');
      await tx.ticketParticipant.delete({ where });
      await this.tell(tx, actor, ticket, found.role, { from: found.userId, to: null });
    });
  }

  /** Who follows is the staff's own business. */
  private async tell(
    tx: Prisma.TransactionClient,
    { id: actorId }: Actor,
    ticket: LockedTicket,
    role: ParticipantRole,
    change: { readonly from: string | null; readonly to: string | null },
  ): Promise<void> {
    await saveTicket(tx, ticket, {});
    const changes = { [role === 'CC' ? 'ccId' : 'followerId']: change };
    const internal = role === 'FOLLOWER';
    await recordEvent(tx, ticket, { type: TicketEventType.UPDATED, actorId, changes, internal });
  }
}
