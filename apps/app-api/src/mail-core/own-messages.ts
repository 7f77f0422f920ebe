import type { TenantPrisma } from '@helpdeskly/tenancy';
import { readOwnMessageId } from './message-ids.js';

/** A mail that we sent about a ticket. */
export interface SentMail {
  readonly deliveryId: string;
  readonly ticketId: string;
  readonly commentId: string | null;
}

/** The mail of this helpdesk that a Message-ID names; undefined for any other one, and for a mail about no ticket. */
export async function findOwnMessage(db: TenantPrisma, messageId: string): Promise<SentMail | undefined> {
  const named = readOwnMessageId(messageId);
  if (named?.ticketId === undefined) return undefined;
  const found = await db.mailDelivery.findFirst({
    where: { id: named.deliveryId, ticketId: named.ticketId },
    select: { commentId: true },
  });
  return found === null ? undefined : { ...named, ticketId: named.ticketId, commentId: found.commentId };
}
