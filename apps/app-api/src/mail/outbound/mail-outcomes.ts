import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../../notification-core/notifier.js';
import { nextAttemptInMs, type Refusal } from './delivery-attempts.js';
import { drop, putOff, settle, type DueMail } from './due-mails.queries.js';
import { MailMetrics } from './mail-metrics.js';

/** Notes what became of mails, and tells whoever wrote one that did not leave. */
@Injectable()
export class MailOutcomes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly notifier: Notifier,
    private readonly metrics: MailMetrics,
  ) {}

  async sent(mail: DueMail): Promise<void> {
    await settle(this.db.client, mail, { status: 'SENT', code: null });
    this.metrics.tried('sent');
  }

  async dropped(mail: DueMail): Promise<void> {
    await drop(this.db.client, mail);
    this.metrics.tried('dropped');
  }

  /** It is tried again, or given up. */
  async refused(mail: DueMail, refusal: Refusal): Promise<void> {
    const againInMs = nextAttemptInMs(refusal, mail);
    if (againInMs !== undefined) {
      await putOff(this.db.client, mail, againInMs, refusal.code);
      this.metrics.tried('deferred');
      return;
    }
    await this.db.transaction(async (tx) => {
      if (!(await settle(tx, mail, { status: 'FAILED', code: refusal.code }))) return;
      const { commentId } = mail;
      const comment = commentId === null ? null : await tx.comment.findUnique({ where: { id: commentId } });
      if (comment === null) return;
      const about = { ticketId: comment.ticketId, commentId: comment.id, actorId: null };
      const details = { code: refusal.code };
      await this.notifier.notify(tx, [comment.authorId], { ...about, kind: 'DELIVERY_FAILED', details });
    });
    this.metrics.tried('failed');
  }
}
