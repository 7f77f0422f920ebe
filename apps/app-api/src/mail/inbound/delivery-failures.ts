import { hashToken } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { InboundMail, MailDelivery, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { findOwnMessage } from '../../mail-core/own-messages.js';
import { Notifier } from '../../notification-core/notifier.js';
import { bounceOf, unspokenBounce, type Bounce } from './bounces.js';
import type { Letter } from './letter.js';

const machines = /^(?:mailer-daemon|postmaster|mail-daemon|noreply-dmarc-support)@/i;

/** Reports that mail of ours did not arrive. */
@Injectable()
export class DeliveryFailures {
  constructor(
    private readonly db: TenantDatabase,
    private readonly addresses: MailAddresses,
    private readonly notifier: Notifier,
  ) {}

  /** What a mail reports; undefined when it is none. Nobody's mail to the address of a bounce is one in plain words, unless it answers by itself. */
  reportIn(letter: Letter, { envelopeFrom, envelopeTo }: InboundMail): Bounce | undefined {
    const report = bounceOf(letter);
    if (report !== undefined) return report;
    const toBounces = envelopeTo.some((address) => this.addresses.read(address)?.for === 'bounce');
    const isNobodys = envelopeFrom === '' && machines.test(letter.from?.address ?? 'mailer-daemon@');
    return toBounces && isNobodys ? unspokenBounce(letter) : undefined;
  }

  /** Marks the mail that did not arrive as failed, and its address when nothing will ever arrive there. */
  async note(tx: Prisma.TransactionClient, report: Bounce, envelopeTo: readonly string[]): Promise<void> {
    const delivery = await this.deliveryOf(tx, report, envelopeTo);
    if (delivery === null) return;
    const failure = report.failed.find(({ address }) => address.toLowerCase() === delivery.address.toLowerCase());
    const [only] = report.failed;
    const failed = failure ?? only; // A forwarder reports the address to which it forwarded.
    if (failed === undefined) return;
    const { count } = await tx.mailDelivery.updateMany({
      where: { id: delivery.id, status: { not: 'FAILED' } },
      data: { status: 'FAILED', code: failed.status, at: new Date() },
    });
    if (failed.isHard) await this.giveUp(tx, delivery.address, failed.status);
    if (count > 0) await this.tell(tx, delivery, failed.status);
  }

  /** By the envelope first, then by the message that it reports of. */
  private async deliveryOf(
    tx: Prisma.TransactionClient,
    { originalMessageId }: Bounce,
    envelopeTo: readonly string[],
  ): Promise<MailDelivery | null> {
    for (const address of envelopeTo) {
      const own = this.addresses.read(address);
      if (own?.for !== 'bounce') continue;
      const found = await tx.mailDelivery.findUnique({ where: { bounceHash: new Uint8Array(hashToken(own.token)) } });
      if (found !== null) return found;
    }
    const sent = originalMessageId === undefined ? undefined : await findOwnMessage(tx, originalMessageId);
    return sent === undefined ? null : tx.mailDelivery.findUnique({ where: { id: sent.deliveryId } });
  }

  private async giveUp(tx: Prisma.TransactionClient, address: string, code: string): Promise<void> {
    await tx.undeliverableAddress.createMany({
      data: [{ addressKey: address.toLowerCase(), code }],
      skipDuplicates: true,
    });
  }

  /**
   * Whoever wrote the comment that did not arrive, else the ticket's assignee. Of mails that nobody wrote nobody is told: the
   * notification of a notification that came back would come back too, and so on.
   */
  private async tell(
    tx: Prisma.TransactionClient,
    { kind, ticketId, commentId }: MailDelivery,
    code: string,
  ): Promise<void> {
    if (kind !== 'REPLY' || ticketId === null) return;
    const comment =
      commentId === null ? null : await tx.comment.findUnique({ where: { id: commentId }, select: { authorId: true } });
    const ticket = await tx.ticket.findUnique({ where: { id: ticketId }, select: { assignedToId: true } });
    const told = [comment?.authorId ?? ticket?.assignedToId].filter((id) => typeof id === 'string');
    const about = { ticketId, ...(commentId !== null && { commentId }) };
    await this.notifier.notify(tx, told, { kind: 'DELIVERY_FAILED', ...about, actorId: null, details: { code } });
  }
}
