import { findOwnMessage } from '../../mail-core/own-messages.js';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { continuationOf, takesPart } from '../../ticket-core/ticket-lock.js';
import { isStaff } from '../../ticket-core/viewer.js';
import type { MailAddresses } from '../../mail-core/mail-addresses.js';
import type { ReplyAddresses } from '../../mail-core/reply-addresses.js';
import type { Letter } from './letter.js';
import type { Correspondent } from './mail-senders.js';

/** Where a mail belongs by what it names. */
export interface MailPlace {
  readonly ticketId: string;
  /** Whether its sender may write there; else its ticket is only linked with a new one. */
  readonly mayWrite: boolean;
  /** Whether the sender holds the reply address that is the sender's own. */
  readonly ownToken: boolean;
  /** Whether a reply address names it. */
  readonly byToken: boolean;
}

/** By a reply address, else by the Message-IDs of ours that it answers, the last one first; undefined for a mail about no ticket. */
export async function placeOf(
  db: TenantPrisma,
  { answers }: Pick<Letter, 'answers'>,
  envelopeTo: readonly string[],
  sender: Correspondent,
  { addresses, replies }: { readonly addresses: Pick<MailAddresses, 'read'>; readonly replies: ReplyAddresses },
): Promise<MailPlace | undefined> {
  for (const address of envelopeTo) {
    const own = addresses.read(address);
    if (own?.for !== 'reply') continue;
    const addressee = await replies.findReplyToken(db, own.token);
    if (addressee === undefined || !(await isThere(db, addressee.ticketId))) continue;
    const ownToken = (await accountOf(db, addressee.userId)) === sender.id;
    return { ticketId: addressee.ticketId, mayWrite: true, ownToken, byToken: true };
  }
  for (const messageId of answers) {
    const sent = await findOwnMessage(db, messageId);
    if (sent === undefined || !(await isThere(db, sent.ticketId))) continue;
    const mayWrite = isStaff(sender) || (await takesPartIn(db, sent.ticketId, sender));
    return { ticketId: sent.ticketId, mayWrite, ownToken: false, byToken: false };
  }
  return undefined;
}

/** A ticket that was deleted, or merged into one that was, takes nothing any more. */
async function isThere(db: TenantPrisma, id: string): Promise<boolean> {
  const ids = [...new Set([id, await continuationOf(db, id)])];
  return (await db.ticket.count({ where: { id: { in: ids }, deletedAt: null } })) === ids.length;
}

async function takesPartIn(db: TenantPrisma, ticketId: string, sender: Correspondent): Promise<boolean> {
  const { authorId } = await db.ticket.findUniqueOrThrow({ where: { id: ticketId }, select: { authorId: true } });
  return takesPart(db, { id: ticketId, authorId }, sender);
}

/** The account that holds what this one had. */
async function accountOf(db: TenantPrisma, id: string): Promise<string> {
  const { mergedIntoId } = await db.user.findUniqueOrThrow({ where: { id }, select: { mergedIntoId: true } });
  return mergedIntoId ?? id;
}
