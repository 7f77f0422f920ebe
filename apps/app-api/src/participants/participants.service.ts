import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { somebody } from '../ticket-core/person.js';
import { LimitReached } from '../sharing/quota.js';
import { participation } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { lockTicket } from '../ticket-core/ticket-lock.js';
import { type LockedTicket } from '../ticket-core/ticket-changes.js';
import { isStaff } from '../ticket-core/viewer.js';
import { lockUsers } from '../user-core/user-rows.js';
import type { ParticipantDto } from './participants.dto.js';

/** A list without pages: more than anybody reads. */
const mostParticipants = 100;

interface Participation {
  readonly userId: string;
  readonly role: ParticipantRole;
}

/** Who takes part in a ticket beside its author and its assignee; also in one that is closed. */
@Injectable()
export class Participants {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /** In the order in which they came. Throws NotFound. */
  async list(actor: Actor, name: string): Promise<{ data: ParticipantDto[] }> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const rows = await this.db.client.ticketParticipant.findMany({
      where: { ticketId, ...(isStaff(actor) ? {} : { role: 'CC' }) },
      include: { user: { select: { id: true, name: true, email: true, role: true } } },
      orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
    });
    const seen = ({ id, name, email, role }: (typeof rows)[number]['user']) =>
      somebody(id, name, isStaff(actor) || role === 'CUSTOMER' ? email : null, role);
    return {
      data: rows.map(({ role, user, createdAt }) => ({ role, user: seen(user), createdAt: createdAt.toISOString() })),
    };
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
      const before = await findParticipation(tx, ticket, user.id);
      if (before?.role === role) return;
      if (before !== null) await this.dismiss(tx, actor, ticket, before); // Has become an agent since, or a customer.
      if ((await tx.ticketParticipant.count({ where: { ticketId: ticket.id } })) >= mostParticipants)
        throw new LimitReached('participants', mostParticipants);
      await tx.ticketParticipant.create({ data: { ticketId: ticket.id, userId: user.id, role } });
      await this.tell(tx, actor, ticket, role, { from: null, to: user.id });
    });
  }

  /** Throws NotFound. */
  async remove(actor: Actor, name: string, userId: string): Promise<void> {
    const reference = ticketReference(name);
    await this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      const found = isUuid(userId) ? await findParticipation(tx, ticket, userId) : null;
      if (found === null) throw new NotFound('participant');
      await this.dismiss(tx, actor, ticket, found);
    });
  }

  private async dismiss(
    tx: Prisma.TransactionClient,
    actor: Actor,
    ticket: LockedTicket,
    { userId, role }: Participation,
  ): Promise<void> {
    await tx.ticketParticipant.delete({ where: { ticketId_userId: { ticketId: ticket.id, userId } } });
    await this.tell(tx, actor, ticket, role, { from: userId, to: null });
  }

  private async tell(
    tx: Prisma.TransactionClient,
    actor: Actor,
    ticket: LockedTicket,
    role: ParticipantRole,
    change: { readonly from: string | null; readonly to: string | null },
  ): Promise<void> {
    const event = { ...participation(role, change), actorId: actor.id };
    await this.writes.writeTicket(tx, ticket, actor, () => ({ events: () => [event] }));
  }
}

function findParticipation(
  tx: Prisma.TransactionClient,
  { id: ticketId }: LockedTicket,
  userId: string,
): Promise<Participation | null> {
  return tx.ticketParticipant.findUnique({ where: { ticketId_userId: { ticketId, userId } } });
}
