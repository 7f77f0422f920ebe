import { statementsOf } from './statements.js';

/** What a script says of itself in its leading comment lines. */
export interface Declarations {
  /** `-- compatible`: the build before this migration serves a tenant that has it. */
  readonly compatible: boolean;
  /** `-- no-transaction`: it may not run in a transaction with others, such as that of its record. */
  readonly noTransaction: boolean;
}

/** Reads a script's leading comment lines. */
export function declarationsOf(sql: string): Declarations {
  const lines = sql.split('\n').map((line) => line.trim()); // It also takes a byte order mark away.
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('--'));
  const head = (end < 0 ? lines : lines.slice(0, end)).map((line) => line.slice(2).trim());
  return { compatible: head.includes('compatible'), noTransaction: head.includes('no-transaction') };
}

/**
 * Whether a script declares `-- no-transaction`. Throws if such a script has more or fewer statements than one, since a try that fails
 * between two could not be repeated.
 */
export function declaresNoTransaction(sql: string): boolean {
  if (!declarationsOf(sql).noTransaction) return false;
  const count = statementsOf(sql).length;
  if (count !== 1) throw new Error(`A script with "-- no-transaction" has one statement; this one has ${count}.`);
  return true;
}
