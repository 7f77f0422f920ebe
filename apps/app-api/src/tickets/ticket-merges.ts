import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { commentsToMove, moveComments, shareParticipants } from './merge.queries.js';
import { participation, TicketEventType } from './ticket-events.js';
import { ticketReference } from './ticket-reference.js';
import type { Ticket } from './ticket-select.js';
import { statusTimes } from './ticket-status.js';
import { MergeAuthorMismatch, TicketClosed } from './tickets.errors.js';
import { findVisibleTicket, lockTickets, readTicket, writeTicket } from './tickets.queries.js';

/** Two tickets about one thing become one: the source is closed, and its conversation goes on in the target. */
@Injectable()
export class TicketMerges {
  constructor(private readonly db: TenantDatabase) {}

  /**
   * Answers the source. A closed ticket is neither merged nor merged into, so that merges form no circle. Throws NotFound,
   * InvalidReference, VersionConflict (of the source), TicketClosed, MergeAuthorMismatch.
   */
  async merge(actor: Actor, name: string, intoId: string, version?: number): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const sourceId = await findVisibleTicket(tx, reference, actor);
      if (sourceId === intoId) throw new InvalidReference('intoId', 'A ticket cannot be merged into itself.');
      await findVisibleTicket(tx, { id: intoId }, actor).catch((error: unknown) => {
        throw error instanceof NotFound ? new InvalidReference('intoId', 'There is no such ticket.') : error;
      });
      const [source, target] = await lockTickets(tx, [sourceId, intoId], actor);
      assertVersion(version, source.version);
      for (const ticket of [source, target]) if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
      if (source.authorId !== target.authorId) throw new MergeAuthorMismatch();
      const moved = await commentsToMove(tx, sourceId);
      await moveComments(tx, sourceId, intoId);
      const closing = { status: 'CLOSED' as const, ...statusTimes('CLOSED', source.at, source.resolvedAt) };
      const commentCount = source.commentCount - moved;
      const joined = await shareParticipants(tx, source, target);
      const { id: actorId } = actor;
      const changes = { status: { from: source.status, to: 'CLOSED' }, mergedIntoId: { from: null, to: intoId } };
      await writeTicket(
        tx,
        source,
        { ...closing, mergedIntoId: intoId, commentCount, publicCommentCount: 0 },
        { type: TicketEventType.MERGED, actorId, changes },
      );
      await writeTicket(
        tx,
        target,
        {
          commentCount: target.commentCount + moved,
          publicCommentCount: target.publicCommentCount + moved,
          firstRespondedAt: earliest(source.firstRespondedAt, target.firstRespondedAt),
        },
        { type: TicketEventType.ABSORBED, actorId, changes: { absorbedId: { from: null, to: sourceId } } },
        ...joined.map(({ userId, role }) => ({ ...participation(role, { from: null, to: userId }), actorId })),
      );
      return readTicket(tx, source, actor);
    });
  }
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
