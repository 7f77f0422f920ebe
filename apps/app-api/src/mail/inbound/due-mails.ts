import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { tenantErrorOf, type InboundMail } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { MailFiling } from './mail-filing.js';
import { RawMails } from './raw-mails.js';

/** Mails that a tenant's turn takes: then it is the turn of other tenants. */
const turn = 10;
const firstPauseMs = 1000;
const longestPauseMs = 900_000;
/** As often a mail is tried that fails for a reason of its own. */
const mostTries = 8;
/** A try is repeated, at the earliest, so long after it began; filing holds the mail's row lock meanwhile. */
const tryMs = 20_000;
const outageMs = 15_000;
/** Old messages are removed, at the latest, so long after their time. */
const housekeepingMs = 6 * 3_600_000;

/** Files the current tenant's mails, the oldest first. */
@Injectable()
export class DueMails {
  private readonly log = new Logger('DueMails');

  constructor(
    private readonly db: TenantDatabase,
    private readonly filing: MailFiling,
    private readonly raws: RawMails,
  ) {}

  /** Some mails that are due. */
  async fileSome(): Promise<void> {
    const due = await this.db.client.inboundMail.findMany({
      where: { ...waiting, dueAt: { lte: new Date() } },
      orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
      take: turn,
      select: { id: true },
    });
    for (const { id } of due) {
      const mail = await this.begin(id);
      if (mail !== undefined) await this.filing.file(mail).catch((error: unknown) => this.putOff(id, error));
    }
    if (due.length === 0) await this.raws.removeOld();
  }

  /** In how many milliseconds there is something to do; undefined when there is nothing. */
  async nextInMs(): Promise<number | undefined> {
    const next = await this.db.client.inboundMail.findFirst({
      where: waiting,
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    });
    if (next !== null) return Math.max(0, next.dueAt.getTime() - Date.now());
    const kept = await this.db.client.inboundMail.findFirst({ where: { rawRemovedAt: null }, select: { id: true } });
    return kept === null ? undefined : housekeepingMs;
  }

  /**
   * Counts a try before it is made: one that ends the process counts too, and one that ends PostgreSQL may not, which waits for no disk
   * here. Undefined for a mail that is not to be tried now.
   */
  private async begin(id: string): Promise<InboundMail | undefined> {
    const [mail] = await this.db.client.$queryRaw<InboundMail[]>`
      UPDATE "InboundMail" SET "attempts" = "attempts" + 1, "dueAt" = ${new Date(Date.now() + tryMs)}
       WHERE "id" = ${id}::uuid AND "status" = 'RECEIVED' AND "dueAt" <= ${new Date()}
         AND set_config('synchronous_commit', 'off', true) = 'off'
      RETURNING *`;
    if (mail === undefined || mail.attempts <= mostTries) return mail;
    await this.giveUp(id);
    return undefined;
  }

  private async giveUp(id: string): Promise<void> {
    await this.db.client.inboundMail.updateMany({
      where: { id, status: 'RECEIVED' },
      data: { status: 'FAILED', reason: 'internal_error' },
    });
  }

  /** What is not the mail's fault passes, and counts as no try; another failure is tried some times, and then left to an admin. */
  private async putOff(id: string, error: unknown): Promise<void> {
    const mail = await this.db.client.inboundMail.findFirst({ where: { id, status: 'RECEIVED' } });
    if (mail === null) return;
    const isOurs = tenantErrorOf(error)?.retryAfter !== undefined;
    this.log.warn({
      msg: `A mail is filed later: ${describeFailure(error)}`,
      inboundMailId: id,
      attempts: mail.attempts,
    });
    if (!isOurs && mail.attempts >= mostTries) return this.giveUp(id);
    const pauseMs = isOurs ? outageMs : Math.min(firstPauseMs * 2 ** mail.attempts, longestPauseMs);
    await this.db.client.inboundMail.updateMany({
      where: { id, status: 'RECEIVED' },
      data: { dueAt: new Date(Date.now() + pauseMs), ...(isOurs ? { attempts: { decrement: 1 } } : {}) },
    });
  }
}

const waiting = { status: 'RECEIVED', storedAt: { not: null } } as const;
