import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { tenantErrorOf } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { MailFiling } from './mail-filing.js';
import { RawMails } from './raw-mails.js';

/** Mails that a tenant's turn takes: then it is the turn of other tenants. */
const turn = 10;
const firstPauseMs = 1000;
const longestPauseMs = 900_000;
/** As often a mail is tried that fails for a reason of its own. */
const mostTries = 8;
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
    for (const { id } of due) await this.filing.file(id).catch((error: unknown) => this.putOff(id, error));
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

  /** What is not the mail's fault passes; another failure is tried some times, and then left to an admin. */
  private async putOff(id: string, error: unknown): Promise<void> {
    const [mail] = await this.db.client.inboundMail.updateManyAndReturn({
      where: { id, status: 'RECEIVED' },
      data: { attempts: { increment: 1 } },
    });
    if (mail === undefined) return;
    const isOurs = tenantErrorOf(error) !== undefined;
    this.log.warn({
      msg: `A mail is filed later: ${describeFailure(error)}`,
      inboundMailId: id,
      attempts: mail.attempts,
    });
    const gaveUp = !isOurs && mail.attempts >= mostTries;
    const pauseMs = Math.min(firstPauseMs * 2 ** mail.attempts, longestPauseMs);
    const later = { dueAt: new Date(Date.now() + pauseMs) };
    await this.db.client.inboundMail.updateMany({
      where: { id, status: 'RECEIVED' },
      data: gaveUp ? { status: 'FAILED', reason: 'internal_error' } : later,
    });
  }
}

const waiting = { status: 'RECEIVED', storedAt: { not: null } } as const;
