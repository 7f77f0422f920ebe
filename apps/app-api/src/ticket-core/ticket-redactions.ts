import { NotFound } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import type { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';
import type { TicketWrites } from './ticket-writes.js';
import { lockTicket, lockTickets } from './ticket-lock.js';
import { type LockedTicket } from './ticket-changes.js';

/** What can be taken away of a ticket itself. */
export const RedactableField = { title: 'title', description: 'description' } as const;
export type RedactableField = keyof typeof RedactableField;

/** What a kept answer is about that holds the title of a ticket, and not the ticket. */
export const titleOf = (ticketId: string) => `title:${ticketId}`;

/** A locked ticket and, when it was merged, the comment that its description became, in a ticket that is locked too. */
export interface Redactable {
  readonly ticket: LockedTicket;
  readonly repetition?: { readonly id: string; readonly holder: LockedTicket };
}

/** Throws NotFound. */
export async function lockForRedaction(tx: Prisma.TransactionClient, actor: Actor, id: string): Promise<Redactable> {
  for (;;) {
    const found = await findRepetition(tx, id);
    if (found === null) {
      const ticket = await lockTicket(tx, { id }, actor);
      if ((await findRepetition(tx, id)) === null) return { ticket };
      continue;
    }
    const [ticket, holder] = await lockTickets(tx, [id, found.ticketId], actor, 'included');
    if (ticket.deletedAt !== null) throw new NotFound('ticket');
    // The other one may have been merged on before the locks were there.
    const held = await findRepetition(tx, id);
    if (held?.ticketId === holder.id) return { ticket, repetition: { id: held.id, holder } };
  }
}

async function findRepetition(tx: Prisma.TransactionClient, openingOfId: string) {
  return tx.comment.findUnique({ where: { openingOfId }, select: { id: true, ticketId: true } });
}

/** The merged ticket whose description this comment of a ticket repeats, or null. */
export async function findOpened(
  tx: Prisma.TransactionClient,
  ticketId: string,
  commentId: string,
): Promise<string | null> {
  const comment = await tx.comment.findFirst({ where: { id: commentId, ticketId }, select: { openingOfId: true } });
  return comment?.openingOfId ?? null;
}

/**
 * Blanks fields of a locked ticket, in the values that its events tell of, too, and takes away the kept answers that hold them.
 * Search follows by a trigger. Fields that are blank stay as they are.
 */
export async function blankFields(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  actor: Actor,
  ticket: LockedTicket,
  named: readonly RedactableField[],
): Promise<readonly RedactableField[]> {
  const fields = named.filter((name) => ticket[name] !== '');
  if (fields.length === 0) return fields;
  const changes = { redacted: { from: [], to: fields } };
  await writes.writeTicket(tx, ticket, actor, () => ({
    columns: Object.fromEntries(fields.map((name) => [name, ''])),
    effect: async () => {
      const mail = {
        ...(fields.includes('description') && noWords),
        ...(fields.includes('title') && { subject: null }),
      };
      await tx.mailMessage.updateMany({ where: openingOf(ticket.id), data: mail });
      await forgetWebhookAnswers(tx, ticket.id);
      await tx.$executeRaw`SELECT "events_redacted"(${ticket.id}::uuid, ${fields}::text[])::text`;
      const about = [ticket.id, titleOf(ticket.id), replyTo(ticket.id)];
      await tx.idempotencyKey.deleteMany({ where: { resourceId: { in: about } } });
    },
    events: () => [{ type: TicketEventType.REDACTED, actorId: actor.id, changes }],
  }));
  return fields;
}

/** Of a mail without its words. */
const noWords = { bodyHtml: null, quoted: null } as const;

/** The mail that opened a ticket: it is a comment's when the ticket was merged. */
const openingOf = (ticketId: string) => ({
  ticketId,
  OR: [{ commentId: null }, { comment: { openingOfId: ticketId } }],
});

/** A receiver may have answered with words that it had read in the ticket. */
async function forgetWebhookAnswers(tx: Prisma.TransactionClient, ticketId: string): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { ticketId, responseBody: { not: null } },
    data: { responseBody: '' },
  });
}

/** What a kept answer is about that holds the words of a reply without its id. */
export const replyTo = (ticketId: string) => `reply:${ticketId}`;

/** Leaves of a comment that it was there, and of kept answers that hold its words nothing. Search follows by a trigger. */
export async function blankComment(tx: Prisma.TransactionClient, id: string, redactedAt: Date): Promise<void> {
  const { ticketId, originTicketId } = await tx.comment.update({ where: { id }, data: { body: '', redactedAt } });
  await tx.mailMessage.updateMany({ where: { commentId: id }, data: { ...noWords, subject: null } });
  for (const told of [ticketId, originTicketId]) if (told !== null) await forgetWebhookAnswers(tx, told);
  const about = [id, replyTo(ticketId), ...(originTicketId === null ? [] : [replyTo(originTicketId)])];
  await tx.idempotencyKey.deleteMany({ where: { resourceId: { in: about } } });
}
