import { describeFailure, findCause } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { BlobNotFound } from '@helpdeskly/storage';
import { tenantErrorOf, type DataImport, type DataImportStatus, type Prisma } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { soonest } from '../soonest.js';
import { ArchiveInvalid, Overtaken } from './errors.js';
import { begin } from './import-progress.queries.js';
import { forget, nextToForget, removeMapped } from './import-removal.queries.js';
import { ImportWork } from './import-work.js';

/** As often in a row an import is tried that comes no further, outages apart: then it has failed. */
const mostAttempts = 8;
const firstPauseMs = 1000;
const outagePauseMs = 15_000;
const outages = ['tenant_database_unavailable', 'tenant_connection_limit', 'service_unavailable'];
const tidiedAgainMs = 5 * 60_000;
/** How long an archive waits for its run, or to be run again. */
const keptMs = 24 * 3_600_000;

const working: DataImportStatus[] = ['CHECKING', 'RUNNING'];
/** Of which there is something left to do, or to remove. */
const open = { removedAt: null };

/** What is due of the current tenant's imports: looking through, importing, and removing what is over. */
@Injectable()
export class DueImports {
  private readonly log = new Logger('DueImports');

  constructor(
    private readonly db: TenantDatabase,
    private readonly importing: ImportWork,
    private readonly store: AttachmentStore,
  ) {}

  /** Does one thing that is due; answers in how many milliseconds the next one is. */
  async work(): Promise<number | undefined> {
    const due = await this.db.client.dataImport.findFirst({
      where: { ...open, dueAt: { lte: new Date() } },
      orderBy: { dueAt: 'asc' },
    });
    if (due !== null) {
      if (working.includes(due.status)) await this.go(due);
      else if (due.status === 'CHECKED') await this.end(due, { status: 'EXPIRED' });
      else await this.tidy(due);
    } else await this.forgetOne();
    return this.nextInMs();
  }

  /** In how many milliseconds something is due; undefined when nothing ever is. */
  async nextInMs(): Promise<number | undefined> {
    const next = await this.db.client.dataImport.findFirst({
      where: open,
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    });
    const over = await nextToForget(this.db.client);
    return soonest(inMs(next?.dueAt), inMs(over?.at));
  }

  /** An attempt counts when it begins, so that an import that kills its workers ends, too. */
  private async go(row: DataImport): Promise<void> {
    if (row.attempts >= mostAttempts) return this.giveUp(row);
    if (!(await begin(this.db.client, row))) return;
    try {
      if (!(await this.importing.go(row))) return;
      if (row.status === 'RUNNING') await this.end(row, { status: 'DONE' });
      else await this.wait(row);
    } catch (error) {
      if (!(error instanceof Overtaken)) await this.fail(row, error);
    }
  }

  /** All of the archive was looked through. */
  private async wait({ id }: DataImport): Promise<void> {
    await this.db.client.$executeRaw`
      UPDATE "DataImport" SET "status" = 'CHECKED', "total" = "rows", "step" = 0, "line" = 0, "rows" = 0, "attempts" = 0,
             "checkedAt" = clock_timestamp(), "dueAt" = ${new Date(Date.now() + keptMs)}
       WHERE "id" = ${id}::uuid AND "status" = 'CHECKING'`;
  }

  /** What the archive is to blame for ends the import; for the rest, it goes on later from where it stands. */
  private async fail(row: DataImport, error: unknown): Promise<void> {
    if (error instanceof ArchiveInvalid)
      return this.end(row, { status: 'FAILED', error: { code: error.code, detail: error.message } });
    this.log.warn({ msg: `An import comes back: ${describeFailure(error)}`, importId: row.id });
    const { attempts } = await this.db.client.dataImport.findUniqueOrThrow({ where: { id: row.id } });
    const where = { id: row.id, status: row.status, attempts };
    if (isOutage(error)) {
      const dueAt = new Date(Date.now() + outagePauseMs);
      await this.db.client.dataImport.updateMany({ where, data: { dueAt, attempts: { decrement: 1 } } });
    } else if (attempts >= mostAttempts) await this.giveUp(row);
    else {
      const dueAt = new Date(Date.now() + firstPauseMs * 2 ** attempts);
      await this.db.client.dataImport.updateMany({ where, data: { dueAt } });
    }
  }

  /** A run may be begun again, from where it stands. */
  private giveUp(row: DataImport): Promise<void> {
    const isRun = row.status === 'RUNNING';
    const detail = isRun
      ? 'The import could not go on. What it imported until then stays, and a new run goes on from there.'
      : 'The archive could not be looked through to its end.';
    const error = { code: 'service_unavailable', detail };
    return this.end(row, { status: 'FAILED', error }, isRun ? keptMs : 0);
  }

  /** From then on it is over; what it kept is due to be removed. */
  private async end(
    { id, status }: DataImport,
    data: Prisma.DataImportUpdateManyMutationInput,
    keptForMs = 0,
  ): Promise<void> {
    const finishedAt = new Date();
    const dueAt = new Date(finishedAt.getTime() + keptForMs);
    await this.db.client.dataImport.updateMany({ where: { id, status }, data: { ...data, finishedAt, dueAt } });
  }

  /** What cannot be removed now is removed later: it must not keep what is due behind it. */
  private async tidy(row: DataImport): Promise<void> {
    try {
      await this.remove(row);
    } catch (error) {
      this.log.warn({ msg: `An import is not tidied up yet: ${describeFailure(error)}`, importId: row.id });
      const dueAt = new Date(Date.now() + tidiedAgainMs);
      await this.db.client.dataImport.updateMany({
        where: { ...open, id: row.id, status: row.status },
        data: { dueAt },
      });
    }
  }

  /** The bytes go first: while they may be there, the row says so. Of an upload that its process did not survive nothing stays. */
  private async remove({ id, status }: DataImport): Promise<void> {
    const { client } = this.db;
    await this.store.delete(id);
    if (status === 'UPLOADING') {
      await client.dataImport.deleteMany({ where: { id, status } });
      return;
    }
    await removeMapped(client, id);
    await client.dataImport.update({ where: { id }, data: { removedAt: new Date() } });
  }

  private async forgetOne(): Promise<void> {
    const over = await nextToForget(this.db.client);
    if (over !== undefined && over.at.getTime() <= Date.now()) await forget(this.db.client, over.id);
  }
}

/** What passes by itself, however long it takes; bytes that are missing are not. */
function isOutage(error: unknown): boolean {
  if (findCause(error, BlobNotFound) !== undefined) return false;
  return outages.includes(tenantErrorOf(error)?.code ?? '');
}

const inMs = (at: Date | undefined) => (at === undefined ? undefined : Math.max(0, at.getTime() - Date.now()));
