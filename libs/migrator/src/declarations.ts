import { statementsOf } from './statements.js';

/**
 * Whether a script's leading comment lines declare `-- no-transaction`: it may not run in a transaction with others, such as that of its
 * record. Throws if such a script has more or fewer statements than one, since a try that fails between two could not be repeated.
 */
export function declaresNoTransaction(sql: string): boolean {
  const lines = sql.split('\n').map((line) => line.trim()); // It also takes a byte order mark away.
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('--'));
  const head = end < 0 ? lines : lines.slice(0, end);
  if (!head.some((line) => line.slice(2).trim() === 'no-transaction')) return false;
  const count = statementsOf(sql).length;
  if (count !== 1) throw new Error(`A script with "-- no-transaction" has one statement; this one has ${count}.`);
  return true;
}
