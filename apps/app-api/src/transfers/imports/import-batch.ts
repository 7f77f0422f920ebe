import type { Prisma } from '@helpdeskly/tenant-db';
import { RowRefused } from './errors.js';
import { idsFor, remember, targetsOf, type Keeping, type MappedKind } from './id-map.queries.js';

/**
 * Where a row stands in the archive. `part` counts what a line holds beside itself: up to `partsOfRow` notes of the row, and then those of
 * each of its comments.
 */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
  readonly part: number;
}

export const partsOfRow = 1000;

/** So many notes of one row say enough: of more, the last one says that there are more. */
const mostNotes = 20;

export interface PlacedRow<Wanted> {
  readonly place: RowPlace;
  readonly row: Wanted;
}

export interface Refusal extends RowPlace {
  readonly sourceId: string | null;
  readonly code: string;
  readonly message: string;
}

/** What is the same for all rows of an import. */
export interface Importing {
  readonly importId: string;
  /** Who started it. */
  readonly actorId: string;
  /** Nothing is written but what is known of the archive. */
  readonly isDryRun: boolean;
  /** Of the files that the dry run has let through before. */
  readonly fileBytes: bigint;
}

/** Some rows that are looked at, or imported, in one transaction. */
export class ImportBatch {
  readonly refusals: Refusal[] = [];
  readonly accepted = new Map<string, number>();
  fileBytes: bigint;
  /** By places, how many notes there are. */
  private readonly notes = new Map<string, number>();

  constructor(
    readonly tx: Prisma.TransactionClient,
    readonly of: Importing,
  ) {
    this.fileBytes = of.fileBytes;
  }

  get isDryRun(): boolean {
    return this.of.isDryRun;
  }

  /** By ids of the archive: what they are, or are going to be, in the helpdesk. */
  targets(kind: MappedKind, ids: Iterable<string | null>): Promise<ReadonlyMap<string, string>> {
    return targetsOf(this.tx, { importId: this.of.importId, kind, madeOnly: !this.isDryRun }, ids);
  }

  /** `isThere` is what the helpdesk had before. */
  async remember(kind: MappedKind, pairs: readonly (readonly [string, string])[], isThere = false): Promise<void> {
    await remember(this.tx, { importId: this.of.importId, kind, made: isThere || !this.isDryRun }, pairs);
  }

  /** Gives rows their ids in a table, in their order, and remembers them. */
  async name(
    kind: MappedKind,
    table: Keeping,
    rows: readonly PlacedRow<{ readonly sourceId: string; readonly own: string | null }>[],
  ): Promise<readonly string[]> {
    const own = rows.map(({ row }) => row.own);
    const ids = await idsFor(this.tx, table, own);
    await this.remember(
      kind,
      rows.map(({ row }, index) => [row.sourceId, ids[index] as string] as const),
    );
    return ids;
  }

  accept(kind: string, count = 1): void {
    if (count > 0) this.accepted.set(kind, (this.accepted.get(kind) ?? 0) + count);
  }

  refuse(place: RowPlace, sourceId: string | null, error: RowRefused): void {
    this.refusals.push({ ...place, sourceId, code: error.code, message: error.message });
  }

  /** What a row is imported without; up to `mostNotes` of it. */
  note({ place, row }: PlacedRow<{ readonly sourceId: string }>, nth: number, code: string, message: string): void {
    const key = `${place.file} ${place.line} ${place.part}`;
    const notes = (this.notes.get(key) ?? 0) + 1;
    this.notes.set(key, notes);
    if (notes > mostNotes) return;
    const said = notes < mostNotes ? message : `${message} There is more like it that this list leaves out.`;
    const part = place.part + Math.min(nth + 1, partsOfRow - 1);
    this.refuse({ ...place, part }, row.sourceId, new RowRefused(code, said));
  }

  /** Those rows that `check` lets through; it throws RowRefused. */
  sound<Wanted extends { readonly sourceId: string }>(
    rows: readonly PlacedRow<Wanted>[],
    check: (row: Wanted) => void,
  ): PlacedRow<Wanted>[] {
    return rows.filter(({ place, row }) => {
      try {
        check(row);
        return true;
      } catch (error) {
        if (!(error instanceof RowRefused)) throw error;
        this.refuse(place, row.sourceId, error);
        return false;
      }
    });
  }

  /** Those whose id has not come before in the archive. */
  async unseen<Wanted extends { readonly sourceId: string }>(
    kind: MappedKind,
    rows: readonly PlacedRow<Wanted>[],
  ): Promise<PlacedRow<Wanted>[]> {
    // The run comes by those rows alone that the dry run has let through, but for comments within the row of a ticket.
    if (!this.isDryRun && kind !== 'comment') return [...rows];
    const ids = rows.map(({ row }) => row.sourceId);
    const seen = new Set((await this.targets(kind, ids)).keys());
    return this.sound(rows, ({ sourceId }) => {
      if (seen.has(sourceId)) throw new RowRefused('duplicate', `The id ${sourceId} comes twice.`);
      seen.add(sourceId);
    });
  }
}

/** Throws RowRefused unless the archive has what a row refers to. */
export function assertKnown(known: ReadonlyMap<string, string>, field: string, id: string | null): void {
  if (id !== null && !known.has(id)) throw new RowRefused('invalid_reference', `${unknown(field, id)}.`);
}

/** The first words of a sentence. */
export const unknown = (field: string, id: string) => `The field ${field} refers to ${id}, which is not imported`;
