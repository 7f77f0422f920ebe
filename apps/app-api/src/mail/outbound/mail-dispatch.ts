import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { tenantErrorOf } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { readRefusal, type Refusal } from './delivery-attempts.js';
import { claimDue, nextDueInMs, renewLease, renewLeaseMs, triedLately, type DueMail } from './due-mails.queries.js';
import { MailComposer } from './mail-composer.js';
import { MailOutcomes } from './mail-outcomes.js';
import { Relay, type OutgoingMail } from './relay.js';

/** Sends the current tenant's mails. One that was given to the relay while its process died may leave twice, with the same Message-ID. */
@Injectable()
export class MailDispatch {
  private readonly log = new Logger('MailDispatch');

  constructor(
    private readonly db: TenantDatabase,
    private readonly composer: MailComposer,
    private readonly relay: Relay,
    private readonly outcomes: MailOutcomes,
  ) {}

  /** How many mails were tried in the last minute. */
  triedLately(): Promise<number> {
    return triedLately(this.db.client);
  }

  /** See the query. */
  nextDueInMs(): Promise<number | undefined> {
    return nextDueInMs(this.db.client);
  }

  /** Tries one mail. False when none is due, or the relay is away: the others would only wait for it. */
  async sendNext(): Promise<boolean> {
    const mail = await claimDue(this.db.client);
    if (mail === undefined) return false;
    if (mail.undeliverable) {
      // An address that somebody typed into a form is not kept.
      const isNobodys = mail.kind === 'PASSWORD_RESET' && mail.userId === null;
      const refusal = { permanent: true, code: mail.undeliverableCode };
      await (isNobodys ? this.outcomes.dropped(mail) : this.outcomes.refused(mail, refusal));
      return true;
    }
    const refusal = await this.whileHeld(mail, () => this.try(mail));
    if (refusal !== undefined) await this.outcomes.refused(mail, refusal);
    return refusal === undefined || refusal.code !== null;
  }

  /** Undefined when it left, or is not to leave any more. */
  private async try(mail: DueMail): Promise<Refusal | undefined> {
    let message: OutgoingMail | undefined;
    try {
      message = await this.composer.compose(mail);
      if (message !== undefined) await this.relay.send(message);
    } catch (error) {
      const ofTheDatabase = tenantErrorOf(error);
      if (ofTheDatabase !== undefined) throw ofTheDatabase; // Its job comes back, and the lease ends by itself.
      const refusal = readRefusal(error);
      // What a relay replies names addresses.
      const cause = refusal.code === null ? describeFailure(error) : refusal.code;
      this.log.warn({ msg: `A mail did not leave: ${cause}`, mailId: mail.id });
      return refusal;
    } finally {
      for (const { content } of message?.files ?? []) content.destroy();
    }
    await (message === undefined ? this.outcomes.dropped(mail) : this.outcomes.sent(mail));
    return undefined;
  }

  private async whileHeld<T>(mail: DueMail, work: () => Promise<T>): Promise<T> {
    const renewing = setInterval(() => {
      renewLease(this.db.client, mail).catch((error: unknown) =>
        this.log.warn({ msg: `A lease was not renewed: ${describeFailure(error)}`, mailId: mail.id }),
      );
    }, renewLeaseMs);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
    }
  }
}
