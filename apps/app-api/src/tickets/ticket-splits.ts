import { InvalidReference } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { firstValues } from './ticket-changes.js';
import { recordEvents, TicketEventType } from './ticket-events.js';
import { ticketReference } from './ticket-reference.js';
import type { Ticket } from './ticket-select.js';
import { TicketClosed } from './tickets.errors.js';
import { SplitTicketDto } from './tickets.dto.js';
import { insertTicket, lockTicket, readTicket, writeTicket } from './tickets.queries.js';
import { isRequester } from './viewer.js';

/** One ticket about two things becomes two: the comments about the other thing go to a ticket of their own. */
@Injectable()
export class TicketSplits {
  constructor(private readonly db: TenantDatabase) {}

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
      const comments = await tx.comment.findMany({
        where: { ticketId: ticket.id, id: { in: [...commentIds] } },
        include: { author: { select: { id: true, role: true } } },
        orderBy: { seq: 'asc' },
      });
      if (comments.length !== new Set(commentIds.map((id) => id.toLowerCase())).size)
        throw new InvalidReference('commentIds', 'This ticket has no such comment.');
      const visible = comments.filter(({ visibility }) => visibility === 'PUBLIC');
      const fields = {
        title,
        // The words stand in the comments alone: redacted there, they are gone.
        description: `Split from ticket ${ticket.number}.`,
        status: 'OPEN',
        priority: ticket.priority,
        tags: ticket.tags,
        authorId: ticket.authorId,
        assignedToId: null,
        groupId: ticket.groupId,
        followUpOfId: null,
      } as const;
      const internal = visible.length === 0;
      const made = await insertTicket(tx, { ...fields, submittedById: actor.id, splitFromId: ticket.id, internal });
      await moveTo(tx, made.id, ticket.id, comments);
      const counts = { commentCount: comments.length, publicCommentCount: visible.length };
      const firstRespondedAt = visible.find(({ author }) => !isRequester(author, ticket))?.createdAt ?? null;
      await tx.ticket.update({ where: { id: made.id }, data: { ...counts, firstRespondedAt }, select: { id: true } });
      await tx.ticketLink.create({ data: { type: 'RELATED', fromId: ticket.id, toId: made.id } });
      const { id: actorId } = actor;
      const splitIntoId = { from: null, to: made.id };
      await writeTicket(
        tx,
        ticket,
        {
          commentCount: ticket.commentCount - counts.commentCount,
          publicCommentCount: ticket.publicCommentCount - counts.publicCommentCount,
        },
        { type: TicketEventType.SPLIT, actorId, changes: { splitIntoId }, internal },
      );
      const changes = { ...firstValues(fields), splitFromId: { from: null, to: ticket.id } };
      await recordEvents(tx, made, [{ type: TicketEventType.CREATED, actorId, changes }]);
      return readTicket(tx, made, actor);
    });
  }
}

/** A comment that came from a third ticket before keeps where it was written first. */
async function moveTo(
  tx: Prisma.TransactionClient,
  ticketId: string,
  originTicketId: string,
  comments: readonly { readonly id: string }[],
): Promise<void> {
  const ids = comments.map(({ id }) => id);
  await tx.comment.updateMany({ where: { id: { in: ids }, originTicketId: null }, data: { originTicketId } });
  await tx.comment.updateMany({ where: { id: { in: ids } }, data: { ticketId } });
}
