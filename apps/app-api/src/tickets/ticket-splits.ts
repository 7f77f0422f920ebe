import { InvalidReference } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { firstResponseOf } from '../ticket-core/first-response.js';
import { countOpened, type MadeTicket } from '../ticket-core/insert-ticket.js';
import { ticketFields, type LockedTicket, type TicketFields } from '../ticket-core/ticket-changes.js';
import { participation, TicketEventType } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketClosed } from '../ticket-core/errors.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { readTicket } from '../ticket-core/find-ticket.js';
import { lockTicket } from '../ticket-core/ticket-lock.js';
import { commentsNamed, inviteWriters, moveTo, type NamedComment } from './split.queries.js';
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
    const { id: actorId } = actor;
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertVersion(version, ticket.version);
      if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
      const part = await partOf(tx, ticket, commentIds);
      const origin = { splitFromId: { from: null, to: ticket.id } };
      const made = await this.writes.openTicket(tx, actor, {
        fields: fieldsOf(ticket, title),
        splitFromId: ticket.id,
        internal: part.internal,
        effect: async (to) => {
          await fill(tx, ticket, to, part);
          await this.take(tx, actor, ticket, to, part);
          return inviteWriters(tx, { id: to.id, authorId: ticket.authorId }, ticket.id);
        },
        events: (changes, writers) => [
          { type: TicketEventType.CREATED, actorId, changes: { ...changes, ...origin } },
          ...writers.map(({ userId, role }) => ({ ...participation(role, { from: null, to: userId }), actorId })),
        ],
      });
      return readTicket(tx, made, actor);
    });
  }

  /** Counts the comments out of the ticket that they left. */
  private async take(
    tx: Prisma.TransactionClient,
    actor: Actor,
    from: LockedTicket,
    to: MadeTicket,
    { internal, commentCount, publicCommentCount }: Part,
  ): Promise<void> {
    const columns = {
      commentCount: from.commentCount - commentCount,
      publicCommentCount: from.publicCommentCount - publicCommentCount,
      firstRespondedAt: await firstResponseOf(tx, from, [from.firstRespondedAt]),
    };
    const changes = { splitIntoId: { from: null, to: to.id } };
    const events = () => [{ type: TicketEventType.SPLIT, actorId: actor.id, changes, internal }];
    await this.writes.writeTicket(tx, from, actor, () => ({ columns, events }));
  }
}

/** The comments of a ticket that are to be a ticket of their own. */
interface Part {
  readonly comments: readonly NamedComment[];
  readonly commentCount: number;
  readonly publicCommentCount: number;
  /** Customers see none of them. */
  readonly internal: boolean;
}

/** Throws InvalidReference. */
async function partOf(
  tx: Prisma.TransactionClient,
  { id }: LockedTicket,
  commentIds: readonly string[],
): Promise<Part> {
  const comments = await commentsNamed(tx, id, commentIds);
  if (comments.length !== new Set(commentIds.map((each) => each.toLowerCase())).size)
    throw new InvalidReference('commentIds', 'This ticket has no such comment.');
  const { length: publicCommentCount } = comments.filter(({ visibility }) => visibility === 'PUBLIC');
  return { comments, commentCount: comments.length, publicCommentCount, internal: publicCommentCount === 0 };
}

/** The words stand in the comments alone: redacted there, they are gone. */
function fieldsOf({ number, priority, tags, authorId, groupId }: LockedTicket, title: string): TicketFields {
  const description = `Split from ticket ${number}.`;
  return ticketFields.openedWith({ title, description, priority, tags, authorId, groupId }) as TicketFields;
}

/** Gives a new ticket its comments, and a link to the one that they come from. */
async function fill(
  tx: Prisma.TransactionClient,
  from: LockedTicket,
  to: MadeTicket,
  { comments, commentCount, publicCommentCount }: Part,
): Promise<void> {
  await moveTo(tx, to.id, from.id, comments);
  const responded = { id: to.id, authorId: from.authorId };
  const firstRespondedAt = await firstResponseOf(tx, responded, [from.firstRespondedAt]);
  await countOpened(tx, to, { commentCount, publicCommentCount, firstRespondedAt });
  await tx.ticketLink.create({ data: { type: 'RELATED', fromId: from.id, toId: to.id } });
}
