import { NotFound } from '@helpdeskly/errors';
import { assertVersion, isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';
import { redaction } from '../ticket-core/ticket-events.js';
import { lockTicket, lockTickets } from '../ticket-core/ticket-lock.js';
import { blankComment, blankFields, findOpened } from '../ticket-core/ticket-redactions.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { readComment, type Comment } from './comments.queries.js';

/** Takes words of comments away for good. */
@Injectable()
export class CommentRedactions {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly removal: AttachmentRemoval,
  ) {}

  /**
   * Takes a comment's words and files away: from the conversation, from search, from kept answers and from storage. Doing it again
   * changes nothing. Throws NotFound, VersionConflict.
   */
  async redact(actor: Actor, name: string, id: string, version?: number): Promise<Comment> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const { ticket, opened } = await lockWithOpened(tx, actor, await findVisibleTicket(tx, reference, actor), id);
      assertVersion(version, ticket.version);
      const comment = isUuid(id) ? await readComment(tx, ticket.id, id, actor) : undefined;
      if (comment === undefined) throw new NotFound('comment');
      if (comment.redactedAt !== null) return comment;
      const internal = comment.visibility === 'INTERNAL';
      await this.writes.writeTicket(tx, ticket, actor, () => ({
        effect: async () => {
          await blankComment(tx, id, ticket.at);
          await this.removal.removeOfComment(tx, id);
        },
        events: () => [{ ...redaction(id, ticket.at), actorId: actor.id, internal }],
      }));
      if (opened !== undefined) await blankFields(tx, this.writes, actor, opened, ['description']);
      return (await readComment(tx, ticket.id, id, actor)) as Comment;
    });
  }
}

/** The ticket and, when this comment of it repeats the description of a merged one, that one. Throws NotFound. */
async function lockWithOpened(
  tx: Prisma.TransactionClient,
  actor: Actor,
  ticketId: string,
  commentId: string,
): Promise<{ readonly ticket: LockedTicket; readonly opened?: LockedTicket }> {
  const openedId = isUuid(commentId) ? await findOpened(tx, ticketId, commentId) : null;
  if (openedId === null) return { ticket: await lockTicket(tx, { id: ticketId }, actor) };
  const [ticket, opened] = await lockTickets(tx, [ticketId, openedId], actor, 'included');
  if (ticket.deletedAt !== null) throw new NotFound('ticket');
  return { ticket, opened };
}
