import { Forbidden, InvalidReference, NotFound } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { firstResponseOf } from '../ticket-core/first-response.js';
import { planEdit, type LockedTicket } from '../ticket-core/ticket-changes.js';
import { type FieldChanges } from '../ticket-core/column-fields.js';
import { participation, TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { statusTimes } from '../ticket-core/ticket-status.js';
import { TicketClosed } from '../ticket-core/errors.js';
import { isHidden } from '../ticket-core/viewer.js';
import { TicketWrites, type TicketWrite } from '../ticket-core/ticket-writes.js';
import { findVisibleTicket, readTicket } from '../ticket-core/find-ticket.js';
import { lockTickets } from '../ticket-core/ticket-lock.js';
import { commentsToMove, moveComments, repeatOpening, shareParticipants, type Participation } from './merge.queries.js';
import { linkEvents, lockWithLinked, passLinks, writeLinked, type ChangedLink } from './merged-links.js';
import { absorbedBy } from './ticket-absorption.js';
import { MergeAuthorMismatch } from './errors.js';
import type { MergeTicketDto } from './ticket-joins.dto.js';

/** Two tickets about one thing become one: the source is closed, and its conversation goes on in the target. */
@Injectable()
export class TicketMerges {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /**
   * Answers the source. A closed ticket is neither merged nor merged into, so that merges form no circle. Throws NotFound,
   * Forbidden, InvalidReference, VersionConflict (of the source), TicketClosed, MergeAuthorMismatch.
   */
  async merge(actor: Actor, name: string, { intoId, force }: MergeTicketDto, version?: number): Promise<Ticket> {
    if (force === true && actor.role !== 'ADMIN')
      throw new Forbidden(
        'Only an admin can merge tickets of different authors, because each author can then read what the other one wrote.',
      );
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const sourceId = await findVisibleTicket(tx, reference, actor);
      const targetId = await findTarget(tx, actor, intoId);
      if (sourceId === targetId) throw new InvalidReference('intoId', 'A ticket cannot be merged into itself.');
      await lockWithLinked(tx, sourceId, targetId);
      // One that was deleted before the locks were there is missed in the same words as one that was never there.
      await findTarget(tx, actor, targetId);
      const [source, target] = await lockTickets(tx, [sourceId, targetId], actor);
      assertVersion(version, source.version);
      for (const ticket of [source, target]) if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
      if (source.authorId !== target.authorId && force !== true) throw new MergeAuthorMismatch();
      if (isHidden(target) && !isHidden(source))
        throw new InvalidReference(
          'intoId',
          'Customers see this ticket but not the target. Merge the target into this ticket instead.',
        );
      await join(tx, this.writes, actor, source, target);
      return readTicket(tx, source, actor);
    });
  }
}

/** Throws InvalidReference. */
async function findTarget(tx: Prisma.TransactionClient, actor: Actor, name: string): Promise<string> {
  return findVisibleTicket(tx, ticketReference(name), actor).catch((error: unknown) => {
    throw error instanceof NotFound ? new InvalidReference('intoId', 'There is no such ticket.') : error;
  });
}

/** What goes from the source to the target. */
interface Moved {
  /** Public comments. */
  readonly comments: number;
  /** The visibilities of the comments that repeat the source's opening message: one or none. */
  readonly opening: readonly CommentVisibility[];
  readonly links: readonly ChangedLink[];
}

async function join(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  actor: Actor,
  source: LockedTicket,
  target: LockedTicket,
): Promise<void> {
  const links = await passLinks(tx, source, target);
  const comments = await commentsToMove(tx, source.id);
  const opening = await repeatOpening(tx, source.id, target.id);
  await moveComments(tx, source.id, target.id);
  const moved = { comments, opening, links };
  await writes.writeTicket(tx, source, actor, () => closed(actor, source, target, moved));
  const known = [source.firstRespondedAt, target.firstRespondedAt];
  const firstRespondedAt = await firstResponseOf(tx, target, known);
  await writes.writeTicket(tx, target, actor, () => ({
    ...absorbing(actor, source, target, moved, firstRespondedAt),
    effect: () => shareParticipants(tx, source, target),
  }));
  const others = links.filter(({ ticketId }) => ticketId !== source.id && ticketId !== target.id);
  await writeLinked(tx, writes, others, actor);
}

/** What becomes of the source. */
function closed(actor: Actor, source: LockedTicket, target: LockedTicket, { comments, links }: Moved): TicketWrite {
  const merged = {
    type: TicketEventType.MERGED,
    actorId: actor.id,
    changes: { status: { from: source.status, to: 'CLOSED' }, mergedIntoId: { from: null, to: target.id } },
  };
  return {
    columns: {
      status: 'CLOSED',
      ...statusTimes('CLOSED', source.at, source.resolvedAt),
      mergedIntoId: target.id,
      // Customers who saw it read where it went, though what they saw of it goes along.
      internal: isHidden(source),
      commentCount: source.commentCount - comments,
      publicCommentCount: 0,
      firstRespondedAt: null,
    },
    events: () => [merged, ...linkEvents(links, source.id, actor)],
  };
}

/** What becomes of the target, when people of the source take part in it. */
function absorbing(
  actor: Actor,
  source: LockedTicket,
  target: LockedTicket,
  { comments, opening, links }: Moved,
  firstRespondedAt: Date | null,
): TicketWrite<readonly Participation[]> {
  const { id: actorId } = actor;
  const planned = planEdit(target, absorbedBy(target, source), actor, target.at);
  return {
    columns: {
      ...planned?.columns,
      commentCount: target.commentCount + comments + opening.length,
      publicCommentCount: target.publicCommentCount + comments + opening.filter((each) => each === 'PUBLIC').length,
      firstRespondedAt,
    },
    changes: planned?.changes ?? {},
    events: (changes, joined) => [
      ...absorption(actorId, source.id, changes, isHidden(source)),
      ...joined.map(({ userId, role }) => ({ ...participation(role, { from: null, to: userId }), actorId })),
      ...linkEvents(links, target.id, actor),
    ],
  };
}

/** That a ticket took another in: of one that customers do not see they hear no more than what it changed. */
function absorption(actorId: string, sourceId: string, changes: FieldChanges, hidden: boolean): RecordedEvent[] {
  const absorbed = { absorbedId: { from: null, to: sourceId } };
  if (!hidden) return [{ type: TicketEventType.ABSORBED, actorId, changes: { ...absorbed, ...changes } }];
  const note = { type: TicketEventType.ABSORBED, actorId, changes: absorbed, internal: true };
  return Object.keys(changes).length === 0 ? [note] : [note, { type: TicketEventType.UPDATED, actorId, changes }];
}
