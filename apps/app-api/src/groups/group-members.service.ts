import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Actor, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { releasableFrom, releaseTickets } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import { lockUsers } from '../user-core/user-rows.js';
import { canBeGivenTickets } from '../user-core/user-rules.js';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import { findGroup } from './groups.queries.js';

/** Who is in a group. */
@Injectable()
export class GroupMembers {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly writes: TicketWrites,
  ) {}

  /** Throws NotFound. */
  async list(id: string, query: PageQuery): Promise<Page<UserDto>> {
    const { id: groupId } = await findGroup(this.db.client, id);
    const scope = [this.context.current.tenant.id, 'members', groupId];
    const request = this.cursors.request(query, scope);
    const where = { groups: { some: { groupId } } };
    const [name, after] = (request.after ?? []).map(String);
    const beyond = name === undefined ? {} : { OR: [{ name: { gt: name } }, { name, id: { gt: after ?? '' } }] };
    const rows = await this.db.client.user.findMany({
      where: { AND: [where, beyond] },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: request.limit + 1,
    });
    const total = request.total ? await this.db.client.user.count({ where }) : undefined;
    return this.cursors.page(rows, request, scope, (user) => [user.name, user.id], userView, total);
  }

  /** Throws NotFound, and InvalidReference for somebody who can be given no tickets. */
  async add(id: string, userId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const group = await findGroup(tx, id);
      const [user] = isUuid(userId) ? await lockUsers(tx, [userId]) : [];
      if (user === undefined || !canBeGivenTickets(user))
        throw new InvalidReference('userId', 'Only agents and admins who are not disabled can be members.');
      await tx.groupMember.createMany({ data: [{ groupId: group.id, userId: user.id }], skipDuplicates: true });
    });
  }

  /** Throws NotFound for somebody who is no member. */
  async remove(actor: Actor, id: string, userId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const { id: groupId } = await findGroup(tx, id);
      if (!isUuid(userId)) throw new NotFound('member');
      const where = { groupId, userId };
      const leave = () => tx.groupMember.deleteMany({ where });
      const { count } = await lockTicketsFirst(this.db, releasableFrom(userId, groupId), leave);
      if (count === 0) throw new NotFound('member');
      await releaseTickets(tx, this.writes, userId, actor.id, groupId);
    });
  }
}
