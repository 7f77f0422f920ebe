import { TenantDatabase } from '@helpdeskly/tenancy';
import type { InboundMail, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentInfected } from '../../attachments/errors.js';
import { FilingSteps } from './filing-steps.js';
import { readLetter, type Letter } from './letter.js';
import type { MailEntry } from './mail-entries.js';
import type { ReadMail } from './mail-reading.js';
import { RawMails } from './raw-mails.js';

/**
 * Files mails: what is done to one, in order. All that is written of it commits in one transaction with the note that it was filed, so
 * a mail is filed once, whatever dies and however often it is begun.
 */
@Injectable()
export class MailFiling {
  constructor(
    private readonly db: TenantDatabase,
    private readonly raws: RawMails,
    private readonly steps: FilingSteps,
  ) {}

  /** As it was when its try began: what has filed it meanwhile is seen under the lock. */
  async file(mail: InboundMail): Promise<void> {
    const raw = await this.raws.read(mail.id);
    const letter = await readLetter(raw, mail);
    const report = this.steps.failures.reportIn(letter, mail);
    if (report !== undefined)
      return this.conclude(mail, letter, async (tx) => {
        await this.steps.failures.note(tx, report, mail.envelopeTo);
        return { ticketId: null, commentId: null, reason: 'bounce' };
      });
    const verdict = await this.steps.reading.verdict(raw, letter, mail);
    const { sender, held } = await this.steps.limits.judge(mail, letter, verdict);
    if (held !== undefined) return this.steps.limits.hold(mail, letter, verdict, held);
    const read = await this.steps.reading.read(mail, letter, verdict, sender).catch((error: unknown) => {
      if (error instanceof AttachmentInfected) return undefined;
      throw error;
    });
    if (read === undefined) return this.steps.limits.hold(mail, letter, verdict, 'infected');
    return this.conclude(mail, letter, (tx) => this.steps.entries.write(tx, read), read);
  }

  /** Writes what a mail becomes, unless it was filed meanwhile. */
  private async conclude(
    { id }: InboundMail,
    letter: Letter,
    write: (tx: Prisma.TransactionClient) => Promise<MailEntry>,
    read?: ReadMail,
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const waiting = await tx.$queryRaw<unknown[]>`
        SELECT FROM "InboundMail" WHERE "id" = ${id}::uuid AND "status" = 'RECEIVED' FOR UPDATE`;
      if (waiting.length === 0) return;
      const entry = await write(tx);
      const said = { fromAddress: letter.from?.address ?? null, subject: letter.subject };
      const known =
        read === undefined ? {} : { authentication: read.verdict, senderId: read.sender.id, senderKey: read.senderKey };
      const data = { ...entry, ...said, ...known, status: 'FILED', filedAt: new Date() } as const;
      await tx.inboundMail.update({ where: { id }, data, select: { id: true } });
    });
  }
}
