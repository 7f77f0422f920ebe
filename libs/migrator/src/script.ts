import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import { TransactionLeftOpen } from './errors.js';
import { statementsOf, type Statement } from './statements.js';

/** The result of a script: `undefined` if it ran, else PostgreSQL's error and the statement at which it stopped. */
export interface ScriptFailure {
  readonly error: Error;
  readonly statement: Statement | undefined;
}

/**
 * Runs a script as one simple-protocol message, which PostgreSQL runs as one transaction unless the script ends transactions itself.
 * It leaves no open transaction, whatever the script did. `closing` belongs to the message, not to the script.
 */
export async function runScript(
  client: pg.ClientBase,
  script: string,
  closing: string | undefined,
): Promise<ScriptFailure | undefined> {
  // Not in pg's types. If the error has no position, the number of finished statements tells where a script stopped.
  const { connection } = client as unknown as { connection?: EventEmitter };
  let done = 0;
  const count = () => void done++;
  connection?.on('commandComplete', count);
  try {
    await client.query(closing === undefined ? script : `${script}\n;${closing}`);
    if (client.getTransactionStatus() === 'I') return undefined; // Idle: no open transaction.
    await client.query('ROLLBACK');
    return { error: new TransactionLeftOpen(), statement: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const statement = connection === undefined ? undefined : stoppedAt(script, error, done);
    // After an error pg does not know the transaction's status yet. If the connection broke, PostgreSQL rolls back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    return { error, statement };
  } finally {
    connection?.off('commandComplete', count);
  }
}

/** `position` counts characters from 1. A run-time error has none; then it is the statement after the finished ones. */
function stoppedAt(script: string, error: Error, done: number): Statement | undefined {
  const { position } = error as { position?: string };
  const statements = statementsOf(script);
  if (position === undefined) return 'severity' in error ? statements[done] : undefined;
  const at = [...script].slice(0, Number(position) - 1).join('').length;
  return statements.find(({ start, end }) => start <= at && at <= end);
}
