import { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type InboundMail } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../../notification-core/notifier.js';
import type { Letter } from './letter.js';
import type { Correspondent } from './mail-senders.js';
import type { MailVerdict } from './mail-verdict.js';
import { TenantMailboxes } from './tenant-mailboxes.js';

/** Mails that are filed within an hour from one sender with one verdict. */
const mostAnHour = 20;
const hourMs = 3_600_000;

/** Why a mail waits for an admin. */
export type HeldReason =
  'too_many' | 'sender_disabled' | 'sender_blocked' | 'sender_unknown' | 'own_address' | 'infected';

/** Mails from one sender, counted apart by whether it is really them. */
export function senderKeyOf({ from }: Pick<Letter, 'from'>, verdict: MailVerdict): string {
  return `${verdict} ${from?.address.toLowerCase() ?? ''}`;
}

/** Who wrote a mail, if we know them, and why it is not filed by itself, if it is not. */
export interface Judged {
  readonly sender: Correspondent | undefined;
  readonly held: HeldReason | undefined;
}

/** What decides whether a mail is filed, of its sender and the helpdesk. */
interface Circumstances {
  readonly mailSignUp: boolean;
  readonly sender: Correspondent | null;
  /** As long as staff says of one of the sender's tickets that it is spam. */
  readonly blocked: boolean;
  /** Whether a mailbox of the helpdesk has the sender's address. */
  readonly isMailbox: boolean;
  readonly filedLately: number;
}

/** Holds what is not filed by itself. */
@Injectable()
export class MailLimits {
  constructor(
    private readonly db: TenantDatabase,
    private readonly mailboxes: TenantMailboxes,
    private readonly notifier: Notifier,
  ) {}

  /** What an admin has released is bound by no limit. */
  async judge({ released }: InboundMail, letter: Letter, verdict: MailVerdict): Promise<Judged> {
    const known = await this.circumstances(letter, verdict);
    const sender = known.sender ?? undefined;
    return { sender, held: await this.reasonToHold(known, letter, released) };
  }

  private async reasonToHold(
    { sender, mailSignUp, blocked, isMailbox, filedLately }: Circumstances,
    { from }: Letter,
    released: boolean,
  ): Promise<HeldReason | undefined> {
    if (from !== undefined && (await this.mailboxes.isOurs(from.address, isMailbox))) return 'own_address';
    if (sender?.status === 'DISABLED') return 'sender_disabled';
    if (released) return undefined;
    if (blocked) return 'sender_blocked';
    if (sender === null && !mailSignUp) return 'sender_unknown';
    return filedLately >= mostAnHour ? 'too_many' : undefined;
  }

  private async circumstances(letter: Letter, verdict: MailVerdict): Promise<Circumstances> {
    const addressKey = letter.from?.address.toLowerCase() ?? null;
    const since = new Date(Date.now() - hourMs);
    const [known] = await this.db.select<Circumstances>(Prisma.sql`
      SELECT s."mailSignUp",
             CASE WHEN u."id" IS NOT NULL THEN json_build_object('id', u."id", 'role', u."role", 'status', u."status") END AS "sender",
             EXISTS (SELECT FROM "SpamTicket" p JOIN "Ticket" t ON t."id" = p."ticketId" WHERE t."authorId" = u."id") AS "blocked",
             EXISTS (SELECT FROM "Mailbox" m WHERE m."addressKey" = ${addressKey}) AS "isMailbox",
             (SELECT count(*)::int FROM "InboundMail" i
               WHERE i."senderKey" = ${senderKeyOf(letter, verdict)} AND i."status" = 'FILED' AND NOT i."released"
                 AND i."filedAt" >= ${since}) AS "filedLately"
        FROM "Settings" s
        LEFT JOIN "UserAddress" a ON a."addressKey" = ${addressKey}
        LEFT JOIN "User" u ON u."id" = a."userId"
       WHERE s."id" = 1`);
    if (known === undefined) throw new Error('A tenant has settings.');
    return known;
  }

  /** Admins hear of the first of a sender's in an hour, unless the staff has blocked the sender. */
  async hold({ id }: InboundMail, letter: Letter, verdict: MailVerdict, reason: HeldReason): Promise<void> {
    const senderKey = senderKeyOf(letter, verdict);
    await this.db.transaction(async (tx) => {
      const since = new Date(Date.now() - hourMs);
      const others = await tx.inboundMail.count({ where: { senderKey, status: 'HELD', createdAt: { gte: since } } });
      const said = { fromAddress: letter.from?.address ?? null, subject: letter.subject, authentication: verdict };
      const { count } = await tx.inboundMail.updateMany({
        where: { id, status: 'RECEIVED' },
        data: { ...said, senderKey, status: 'HELD', reason },
      });
      if (count === 0 || others > 0 || reason === 'sender_blocked') return;
      const admins = await tx.user.findMany({ where: { role: 'ADMIN', status: 'ACTIVE' }, select: { id: true } });
      const told = admins.map((admin) => admin.id);
      await this.notifier.notify(tx, told, {
        kind: 'MAIL_HELD',
        actorId: null,
        details: { inboundMailId: id, reason },
      });
    });
  }
}
