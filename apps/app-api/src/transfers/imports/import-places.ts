import { DomainError, ServiceUnavailable } from '@helpdeskly/errors';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { TransferTimer } from '../transfer-timer.js';

/** Without a word of the process that receives it, an archive is no longer arriving: then the next one may, and it is removed. */
const silenceMs = 5 * 60_000;
const renewedEveryMs = 60_000;

/** Raised while another import of the same helpdesk is under way, or its archive is arriving. */
class ImportInProgress extends DomainError {
  readonly code = 'run_in_progress';
}

/** Which imports may begin: one archive arrives at a time, and one import is looked through or runs. */
@Injectable()
export class ImportPlaces {
  constructor(
    private readonly db: TenantDatabase,
    private readonly timer: TransferTimer,
  ) {}

  /**
   * Makes the row of an archive before its first byte is stored; answers its id. `isPerhapsKnown`: the request may repeat one whose import is
   * under way, and then gets the answer of that one. Throws ImportInProgress, ServiceUnavailable.
   */
  async take(requestedById: string, fileName: string, isPerhapsKnown: boolean): Promise<string> {
    if (!this.timer.isConfigured) throw new ServiceUnavailable('This installation has no queue for background work.');
    return this.db.transaction(async (tx) => {
      await lockImports(tx);
      if (!isPerhapsKnown) await assertNoneWorks(tx);
      const arriving = await tx.dataImport.count({ where: { status: 'UPLOADING', dueAt: { gt: new Date() } } });
      if (arriving > 0) throw new ImportInProgress('Another archive is arriving: wait until it is here.');
      const data = { requestedById, fileName, dueAt: inSilence() };
      return (await tx.dataImport.create({ data, select: { id: true } })).id;
    });
  }

  /** Does `work` while the archive arrives; meanwhile the row says that it does. */
  async hold<T>(id: string, work: () => Promise<T>): Promise<T> {
    const renew = () =>
      this.db.client.dataImport.updateMany({ where: { id, status: 'UPLOADING' }, data: { dueAt: inSilence() } });
    const renewal = setInterval(() => void renew().catch(() => undefined), renewedEveryMs).unref(); // The next one renews it.
    try {
      return await work();
    } finally {
      clearInterval(renewal);
    }
  }
}

/** Until the transaction ends nobody else begins an import. */
export async function lockImports(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('data imports', 0))`;
}

/** Throws ImportInProgress. */
export async function assertNoneWorks(tx: Prisma.TransactionClient): Promise<void> {
  const underWay = await tx.dataImport.count({ where: { status: { in: ['CHECKING', 'RUNNING'] } } });
  if (underWay > 0) throw new ImportInProgress('Another import is under way: wait until it has ended.');
}

const inSilence = () => new Date(Date.now() + silenceMs);
