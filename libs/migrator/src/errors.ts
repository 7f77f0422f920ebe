import { describeHolder, type Holder } from './holders.js';
import { describeLeft, type Leftover } from './leftover.js';

/** Why a database's migrations do not match. */
export interface Drift {
  /** Applied migrations whose files have changed. */
  readonly changed: readonly string[];
  /** Applied migrations without a file, each with the file that has its script now, if there is one. */
  readonly unknown: readonly { readonly name: string; readonly now: string | undefined }[];
}

/** Raised when an applied migration differs from its file, or has none; nothing was changed. */
export class MigrationDrift extends Error {
  readonly migrations: readonly string[];

  constructor({ changed, unknown }: Drift) {
    const missing = unknown.map(({ name, now }) => (now === undefined ? name : `${name} (its script is ${now} now)`));
    super(
      [
        ...(changed.length > 0 ? [`Applied migrations differ from their files: ${changed.join(', ')}.`] : []),
        ...(missing.length > 0 ? [`Applied migrations have no files: ${missing.join(', ')}.`] : []),
      ].join(' '),
    );
    this.name = 'MigrationDrift';
    this.migrations = [...changed, ...unknown.map(({ name }) => name)];
  }
}

interface FailedStatement {
  readonly text: string;
  readonly line: number;
}

/**
 * Raised when PostgreSQL refuses a migration. The migration left only its record, and `left`, which the next try removes
 * first. `sqlState` is PostgreSQL's code, `statement` the statement at which it stopped, if PostgreSQL said so.
 */
export class MigrationFailed extends Error {
  readonly statement: FailedStatement | undefined;
  readonly left: readonly Leftover[];

  constructor(
    readonly migration: string,
    readonly sqlState: string | undefined,
    cause: Error,
    { statement, left = [] }: { readonly statement?: FailedStatement; readonly left?: readonly Leftover[] } = {},
  ) {
    const where = statement === undefined ? '' : `\nStatement, line ${statement.line}: ${statement.text}`;
    const advice = sqlState === '2D000' ? ' (a block or call that commits stands alone in its file)' : '';
    const stays = left.length === 0 ? '' : `\nLeft behind: ${describeLeft(left)}.`;
    super(
      `The migration ${migration} failed with ${sqlState ?? 'no SQLSTATE'}: ${cause.message}${advice}${where}${stays}`,
      {
        cause,
      },
    );
    this.name = 'MigrationFailed';
    this.statement = statement;
    this.left = left;
  }
}

const firstCause = ' That one failed so: ';

/** The cause of a MigrationFailed that could not remove what an earlier try left; `first` is that try's error. */
export class LeftoverStays extends Error {
  readonly code: string | undefined;

  constructor(
    readonly left: readonly Leftover[],
    cause: Error,
    before: string | undefined,
  ) {
    const first = before?.split(firstCause).at(-1);
    super(
      `${describeLeft(left)} is left of an earlier try: ${cause.message}.${first === undefined ? '' : `${firstCause}${first}`}`,
      {
        cause,
      },
    );
    this.name = 'LeftoverStays';
    this.code = (cause as { code?: string }).code;
  }
}

/** The cause of a MigrationFailed whose script began a transaction and did not end it: it was rolled back. */
export class TransactionLeftOpen extends Error {
  constructor() {
    super('the script leaves a transaction open');
    this.name = 'TransactionLeftOpen';
  }
}

/**
 * Raised for an index that queries cannot use although its migration ran: as the cause of a MigrationFailed, or by itself
 * for an index of an earlier migration. Its own cause says why the index could not be built.
 */
export class InvalidIndex extends Error {
  constructor(
    readonly index: string,
    cause?: unknown,
  ) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`the index ${index} is not valid${why}`, cause === undefined ? undefined : { cause });
    this.name = 'InvalidIndex';
  }
}

/** Raised when another process has been migrating the same database for too long. `code` is lock_not_available. */
export class MigrationLocked extends Error {
  readonly code = '55P03';
  constructor(holder: Holder | undefined) {
    super(`Another process is migrating this database${holder === undefined ? '' : `: ${describeHolder(holder)}`}.`);
    this.name = 'MigrationLocked';
  }
}
