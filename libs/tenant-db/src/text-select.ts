import type { OwnStatement } from '@helpdeskly/database';
import pg from 'pg';

/** A row as PostgreSQL sent it: the text of each column. */
export type TextRow = readonly string[];

/** The parts of pg's protocol connection that a statement of our own uses. We pin pg's version, and tests check that they exist. */
interface Wire {
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  bind(message: { readonly statement: string; readonly values: readonly unknown[] }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  sync(): void;
}

const { prepareValue } = (pg as unknown as { utils: { readonly prepareValue: (value: unknown) => unknown } }).utils;

/**
 * A read that takes rows as PostgreSQL sends them. pg asks for a description of the columns with each execution and parses each value by
 * it; here neither happens: Bind, Execute and Sync are one message to the server if the connection has prepared the statement before.
 * So each column must be text. An empty name prepares for this execution alone, as poolers need it that do not track statements.
 *
 * Source: https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class TextSelect implements OwnStatement {
  readonly rows: string[][] = [];
  callback: OwnStatement['callback'];
  private readonly values: readonly unknown[];

  constructor(
    /** pg notes the text under this name when PostgreSQL has prepared it. */
    readonly name: string,
    readonly text: string,
    values: readonly unknown[],
  ) {
    this.values = values.map(prepareValue);
  }

  submit(connection: unknown): undefined {
    const wire = connection as Wire;
    const { name, text, values } = this;
    wire.stream.cork();
    try {
      if (name === '' || wire.parsedStatements[name] !== text) wire.parse({ name, text, types: [] });
      wire.bind({ statement: name, values });
      wire.execute({ portal: '', rows: 0 });
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleDataRow({ fields }: { readonly fields: string[] }): void {
    this.rows.push(fields);
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows.
  }
}
