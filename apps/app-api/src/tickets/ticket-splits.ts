import { InvalidReference } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { firstResponseOf } from '../ticket-core/first-response.js';
import type { MadeTicket } from '../ticket-core/insert-ticket.js';
import { ticketFields, type TicketFields } from '../ticket-core/ticket-changes.js';
import { participation, TicketEventType } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketClosed } from '../ticket-core/errors.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { readTicket } from '../ticket-core/find-ticket.js';
import { lockTicket } from '../ticket-core/ticket-lock.js';
import type { Participation } from './merge.queries.js';
import { commentsNamed, inviteWriters, moveTo } from './split.queries.js';
import type { SplitTicketDto } from './ticket-joins.dto.js';

/** One ticket about two things becomes two: the comments about the other thing go to a ticket of their own. */
@Injectable()
export class TicketSplits {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /**
   * Answers the new ticket: OPEN, of the same author, organization, priority and tags, and RELATED to this one. One of internal
   * comments alone is hidden from customers, its title with it, until somebody writes a public comment. Throws NotFound, VersionConflict, TicketClosed, InvalidReference.
   */
  async split(actor: Actor, name: string, { commentIds, title }: SplitTicketDto, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertVersion(version, ticket.version);
      if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
      const comments = await commentsNamed(tx, ticket.id, commentIds);
      if (comments.length !== new Set(commentIds.map((id) => id.toLowerCase())).size)
        throw new InvalidReference('commentIds', 'This ticket has no such comment.');
      const fields = ticketFields.openedWith({
        title,
        // The words stand in the comments alone: redacted there, they are gone.
        description: `Split from ticket ${ticket.number}.`,
        priority: ticket.priority,
        tags: ticket.tags,
        authorId: ticket.authorId,
        groupId: ticket.groupId,
      }) as TicketFields;
      const { length: commentCount } = comments;
      const { length: publicCommentCount } = comments.filter(({ visibility }) => visibility === 'PUBLIC');
      const internal = publicCommentCount === 0;
      const { id: actorId } = actor;
      const effect = async ({ id }: MadeTicket): Promise<readonly Participation[]> => {
        await moveTo(tx, id, ticket.id, comments);
        const responded = [ticket.firstRespondedAt];
        const response = await firstResponseOf(tx, { id, authorId: ticket.authorId }, responded);
        const counts = { commentCount, publicCommentCount, firstRespondedAt: response };
        await tx.ticket.update({ where: { id }, data: counts, select: { id: true } });
        await tx.ticketLink.create({ data: { type: 'RELATED', fromId: ticket.id, toId: id } });
        const split = {
          type: TicketEventType.SPLIT,
          actorId,
          changes: { splitIntoId: { from: null, to: id } },
          internal,
        };
        const columns = {
          commentCount: ticket.commentCount - commentCount,
          publicCommentCount: ticket.publicCommentCount - publicCommentCount,
          firstRespondedAt: await firstResponseOf(tx, ticket, responded),
        };
        await this.writes.writeTicket(tx, ticket, actor, () => ({ columns, events: () => [split] }));
        return inviteWriters(tx, { id, authorId: ticket.authorId }, ticket.id);
      };
      const origin = { splitFromId: { from: null, to: ticket.id } };
      const made = await this.writes.openTicket(tx, actor, {
        fields,
        splitFromId: ticket.id,
        internal,
        effect,
        events: (changes, writers) => [
          { type: TicketEventType.CREATED, actorId, changes: { ...changes, ...origin } },
          ...writers.map(({ userId, role }) => ({ ...participation(role, { from: null, to: userId }), actorId })),
        ],
      });
      return readTicket(tx, made, actor);
    });
  }
}
