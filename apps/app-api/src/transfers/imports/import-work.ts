import { isQueryTimeout, sqlState } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { type DataImport, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { RowRefused } from './errors.js';
import { FileSteps } from './file-steps.js';
import { ImportArchive } from './import-archive.js';
import { ImportBatch, type PlacedRow } from './import-batch.js';
import { refusedAmong, takeProgress, writeProgress, type Reached } from './import-progress.queries.js';
import { recordsIn, type ArchiveRecord } from './import-records.js';
import type { ImportSource } from './import-source.js';
import { stepsOf, type ImportStep } from './import-steps.js';
import { RowFields } from './row-fields.js';
import { Turn } from './turn.js';
import type { WantedFile } from './wanted-rows.js';

const rowsInBatch = 100;
/** Beside the rows themselves: those within them, as tickets of Zendesk's hold their comments. One row may have more. */
const commentsInBatch = 1000;
const filesInBatch = 10;
/** Of lines, so that a batch of long ones does not fill the memory. */
const bytesInBatch = 4 * 1024 ** 2;

/** A row of the table, and its archive. */
interface Work {
  readonly row: DataImport;
  readonly archive: ImportArchive;
}

/** Rows of one step: those behind `from`, up to `to`. */
interface Stretch {
  readonly step: ImportStep;
  readonly records: readonly ArchiveRecord[];
  readonly from: Reached;
  readonly to: Reached;
}

/** Looks through an archive, or imports it: a batch commits together with how far it came, so that a killed worker loses and doubles nothing. */
@Injectable()
export class ImportWork {
  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
    private readonly files: FileSteps,
  ) {}

  /** Whether all of it was read. Throws ArchiveInvalid, Overtaken. */
  async go(row: DataImport): Promise<boolean> {
    const read = (first: number, last: number) => this.store.get(row.id, { first, last });
    const archive = await ImportArchive.open(Number(row.size), read);
    const steps = stepsOf(row.source as ImportSource, archive.names);
    const work = { row, archive };
    const turn = new Turn();
    for (let at: Reached = { step: row.step, line: row.line }; at.step < steps.length;) {
      const step = steps[at.step] as ImportStep;
      for await (const records of batchesOf(work, step, at.line)) {
        turn.begin();
        const to = { step: at.step, line: records.at(-1)?.line ?? at.line };
        await this.commit(work, { step, records, from: at, to });
        at = to;
        if (turn.isOver) return false;
      }
      const next = { step: at.step + 1, line: 0 };
      await this.commit(work, { step, records: [], from: at, to: next });
      at = next;
      if (at.step < steps.length && turn.isOver) return false;
    }
    return true;
  }

  /** A batch that the database refuses, or that takes too long, is tried by halves: the row that it refuses is reported. */
  private async commit(work: Work, stretch: Stretch): Promise<void> {
    const { step, records, from, to } = stretch;
    const [first, second] = records;
    try {
      await this.attempt(work, stretch);
    } catch (error) {
      const isRefused = isOfARow(error);
      if (first !== undefined && second === undefined && isRefused) {
        const refused = { ...first, fields: new RowRefused('refused', 'The database refuses this row.') };
        await this.attempt(work, { step, records: [refused], from, to });
      } else if (second !== undefined && (isRefused || isQueryTimeout(error))) {
        const half = Math.ceil(records.length / 2);
        const between = { step: from.step, line: records[half - 1]?.line ?? from.line };
        await this.commit(work, { step, records: records.slice(0, half), from, to: between });
        await this.commit(work, { step, records: records.slice(half), from: between, to });
      } else throw error;
    }
  }

  private async attempt({ row, archive }: Work, { step, records, from, to }: Stretch): Promise<void> {
    const isDryRun = row.status === 'CHECKING';
    const isOfFiles = step.apply === undefined;
    const stored = await this.files.store(
      archive,
      row.requestedById,
      isOfFiles && !isDryRun ? await this.notRefused(row, step, records) : [],
    );
    await this.db.transaction(async (tx) => {
      const fileBytes = await takeProgress(tx, row, from);
      const batch = new ImportBatch(tx, { importId: row.id, actorId: row.requestedById, isDryRun, fileBytes });
      const all = placed(step, records, (record, error) =>
        batch.refuse({ file: step.entry, line: record.line, part: 0 }, null, error),
      );
      const refused = isDryRun ? new Set<number>() : await refusedAmong(tx, row.id, step.entry, all);
      const rows = all.filter(({ place }) => !refused.has(place.line));
      if (step.apply === undefined) await this.files.apply(batch, rows as PlacedRow<WantedFile>[], archive, stored);
      else await step.apply(batch, rows as PlacedRow<never>[]);
      await writeProgress(tx, batch, { to, rows: records.length });
    });
    if (stored.size > 0) await this.files.tell();
  }

  /** Files whose bytes are wanted. */
  private async notRefused(row: DataImport, step: ImportStep, records: readonly ArchiveRecord[]) {
    const all = placed(step, records, () => undefined) as PlacedRow<WantedFile>[];
    const refused = await this.db.transaction((tx) => refusedAmong(tx, row.id, step.entry, all));
    return all.filter(({ place }) => !refused.has(place.line));
  }
}

/** The rows of a step behind the line `after`, some at a time. */
async function* batchesOf(
  { archive }: Work,
  step: ImportStep,
  after: number,
): AsyncGenerator<readonly ArchiveRecord[]> {
  const most = step.kind === 'files' ? filesInBatch : rowsInBatch;
  let batch: ArchiveRecord[] = [];
  let [bytes, comments] = [0, 0];
  for await (const record of recordsIn(archive, step.entry, step.kind, after)) {
    batch.push(record);
    bytes += record.size;
    if (record.fields instanceof RowFields) comments += record.fields.lengthOf('comments');
    if (batch.length < most && bytes < bytesInBatch && comments < commentsInBatch) continue;
    yield batch;
    [batch, bytes, comments] = [[], 0, 0];
  }
  if (batch.length > 0) yield batch;
}

/** Rows as they are wanted; one that cannot be read is refused. */
function placed(
  step: ImportStep,
  records: readonly ArchiveRecord[],
  refuse: (record: ArchiveRecord, error: RowRefused) => void,
): PlacedRow<unknown>[] {
  return records.flatMap((record) => {
    try {
      if (record.fields instanceof RowRefused) throw record.fields;
      return [{ place: { file: step.entry, line: record.line, part: 0 }, row: step.read(record.fields) }];
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      refuse(record, error);
      return [];
    }
  });
}

/** Whether the database refused a value or a key: SQLSTATE classes 22 and 23, or Prisma's codes of them. */
function isOfARow(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return (
    /^2[23]/.test(sqlState(error) ?? '') || ['P2000', 'P2002', 'P2003', 'P2004', 'P2007', 'P2020'].includes(error.code)
  );
}
