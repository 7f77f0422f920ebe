import { TenantDatabase } from '@helpdeskly/tenancy';
import type { InboundMail } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../../notification-core/notifier.js';
import type { Letter } from './letter.js';
import { MailSenders } from './mail-senders.js';
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

/** Holds what is not filed by itself. */
@Injectable()
export class MailLimits {
  constructor(
    private readonly db: TenantDatabase,
    private readonly senders: MailSenders,
    private readonly mailboxes: TenantMailboxes,
    private readonly notifier: Notifier,
  ) {}

  /** Undefined when a mail is filed at once. What an admin has released is bound by no limit. */
  async reasonToHold({ released }: InboundMail, letter: Letter, verdict: MailVerdict): Promise<HeldReason | undefined> {
    const address = letter.from?.address;
    if (address !== undefined && (await this.mailboxes.isOurs(address))) return 'own_address';
    const sender = address === undefined ? undefined : await this.senders.find(address);
    if (sender?.status === 'DISABLED') return 'sender_disabled';
    if (released) return undefined;
    if (sender !== undefined && (await this.isBlocked(sender.id))) return 'sender_blocked';
    const { mailSignUp } = await this.db.client.settings.findUniqueOrThrow({ where: { id: 1 } });
    if (sender === undefined && !mailSignUp) return 'sender_unknown';
    const since = new Date(Date.now() - hourMs);
    const filed = await this.db.client.inboundMail.count({
      where: { senderKey: senderKeyOf(letter, verdict), status: 'FILED', released: false, filedAt: { gte: since } },
    });
    return filed >= mostAnHour ? 'too_many' : undefined;
  }

  /** As long as staff says of one of the sender's tickets that it is spam. */
  private async isBlocked(authorId: string): Promise<boolean> {
    return (await this.db.client.spamTicket.count({ where: { ticket: { authorId } } })) > 0;
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
