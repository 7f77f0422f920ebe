import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import { TransactionLeftOpen } from './errors.js';
import { statementsOf, type Statement } from './statements.js';

/** What became of a script: `undefined` when it ran, else PostgreSQL's error and the statement that it stopped at. */
export interface ScriptFailure {
  readonly error: Error;
  readonly statement: Statement | undefined;
}

/**
 * Runs a script as one simple-protocol message, which PostgreSQL makes one transaction unless the script says otherwise,
 * and leaves no transaction behind, whatever the script did. `closing` belongs to the message and not to the script.
 */
export async function runScript(
  client: pg.ClientBase,
  script: string,
  closing: string | undefined,
): Promise<ScriptFailure | undefined> {
  // Not in pg's types: how many statements were done tells at which one a script stopped when the error has no position.
  const { connection } = client as unknown as { connection?: EventEmitter };
  let done = 0;
  const count = () => void done++;
  connection?.on('commandComplete', count);
  try {
    await client.query(closing === undefined ? script : `${script}\n;${closing}`);
    if (client.getTransactionStatus() === 'I') return undefined; // Idle: in no transaction.
    await client.query('ROLLBACK');
    return { error: new TransactionLeftOpen(), statement: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const statement = connection === undefined ? undefined : stoppedAt(script, error, done);
    // At an error pg does not know the transaction's status yet. Where the connection broke, PostgreSQL rolls back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    return { error, statement };
  } finally {
    connection?.off('commandComplete', count);
  }
}

/** `position` counts characters from 1; an error at run time has none, then it is the one after those that are done. */
function stoppedAt(script: string, error: Error, done: number): Statement | undefined {
  const { position } = error as { position?: string };
  const statements = statementsOf(script);
  if (position === undefined) return 'severity' in error ? statements[done] : undefined;
  const at = [...script].slice(0, Number(position) - 1).join('').length;
  return statements.find(({ start, end }) => start <= at && at <= end);
}
