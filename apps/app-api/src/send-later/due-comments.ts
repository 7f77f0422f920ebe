import { DomainError, Forbidden, type ErrorCode } from '@helpdeskly/errors';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { attachToComment, releaseFiles } from '../attachments/comment-attachments.js';
import { restoreDraft } from '../drafts/sent-drafts.js';
import { Notifier } from '../notification-core/notifier.js';
import { replyToTicket } from '../ticket-core/reply-to-ticket.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { findWriter } from '../user-core/writers.js';
import { deleteHeld, lockDue, nextDueInMs, type HeldComment } from './held-comments.queries.js';

type Transaction = Prisma.TransactionClient;

/** What keeps a comment from being sent for good; anything else is tried again. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'not_found',
  'forbidden',
  'ticket_closed',
  'invalid_transition',
  'invalid_reference',
  'limit_reached',
]);

/** Held comments of the current tenant whose time has come. */
@Injectable()
export class DueComments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly notifier: Notifier,
  ) {}

  /** Sends them, each in a transaction of its own, as if they were written now. One that fails holds no other up, and throws at the end. */
  async sendAll(): Promise<void> {
    const failed: string[] = [];
    let failure: unknown;
    for (let next: string | undefined; ;) {
      next = undefined;
      try {
        const sent = await this.db.transaction(async (tx) => {
          const held = await lockDue(tx, failed);
          next = held?.id;
          if (held !== undefined) await this.send(tx, held);
          return held !== undefined;
        });
        if (!sent) break;
      } catch (error) {
        if (next === undefined) throw error;
        failed.push(next);
        failure = error;
      }
    }
    if (failed.length > 0) throw failure;
  }

  /** In how many milliseconds the next one is due, 0 or less when one is; undefined when none is held. */
  nextInMs(): Promise<number | undefined> {
    return nextDueInMs(this.db.client);
  }

  /** Once for all: whoever dies in between has done nothing. */
  private async send(tx: Transaction, held: HeldComment): Promise<void> {
    const attachmentIds = await releaseFiles(tx, held.id);
    await deleteHeld(tx, held.id);
    try {
      await this.db.attempt((attempt) => this.post(attempt, held, attachmentIds));
    } catch (error) {
      if (!(error instanceof DomainError) || !refusals.has(error.code)) throw error;
      await this.giveBack(tx, held, attachmentIds, error.code);
    }
  }

  private async post(
    tx: Transaction,
    { id, authorId, namedTicketId, ...comment }: HeldComment,
    attachmentIds: readonly string[],
  ): Promise<void> {
    const author = await findWriter(tx, authorId);
    if (author?.able !== true) throw new Forbidden('The author may not write any more.');
    const { role, kind } = author;
    const attach = (commentId: string) => attachToComment(tx, commentId, attachmentIds, authorId);
    const reply = { id, ...comment, attach };
    await replyToTicket(tx, this.writes, { id: authorId, role, kind }, { id: namedTicketId }, reply);
  }

  /** A ticket that its author does not see any more is told by its number, since notifications of such tickets are not shown. */
  private async giveBack(
    tx: Transaction,
    { authorId, namedTicketId, draftVersion, ...content }: HeldComment,
    attachmentIds: readonly string[],
    code: ErrorCode,
  ): Promise<void> {
    await restoreDraft(tx, { userId: authorId, ticketId: namedTicketId }, { ...content, attachmentIds }, draftVersion);
    const ticket = await tx.ticket.findUniqueOrThrow({ where: { id: namedTicketId }, select: { number: true } });
    const details = { code, number: ticket.number };
    const shown = code === 'not_found' ? {} : { ticketId: namedTicketId };
    await this.notifier.notify(tx, [authorId], { kind: 'SEND_FAILED', actorId: null, ...shown, details });
  }
}
