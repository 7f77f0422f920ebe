import { inSpan, traceQuery, tracing } from '@helpdeskly/telemetry';
import pg from 'pg';

type Query = (config: string | pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>;

/** A client whose statements are spans of the trace that they are asked in; as pg's while traces are off. */
export class TracedClient extends pg.Client {
  override query = ((...asked: unknown[]): unknown => {
    const text = textOf(asked);
    const ask = () => (super.query as (...asked: unknown[]) => Promise<unknown>).apply(this, asked);
    return text === undefined ? ask() : traceQuery(text, this.database, ask);
  }) as pg.Client['query'];
}

/**
 * A pool of such clients. While traces are on, one statement takes its client by itself: pg's own way runs the statement
 * in whatever gave the client back, and so below somebody else's span.
 */
export class TracedPool extends pg.Pool {
  constructor(settings: pg.PoolConfig) {
    super({ ...settings, Client: TracedClient as unknown as new () => pg.ClientBase });
    const query = this.query.bind(this) as (...asked: unknown[]) => unknown;
    this.query = ((...asked: unknown[]): unknown =>
      tracing()?.recording !== true || textOf(asked) === undefined
        ? query(...asked)
        : this.queryOn(asked as Parameters<Query>)) as pg.Pool['query'];
  }

  private async queryOn(asked: Parameters<Query>): Promise<pg.QueryResult> {
    const connect = () => this.connect();
    const client = await (this.idleCount === 0 ? inSpan('wait for a connection', {}, connect) : connect());
    let failure: Error | undefined;
    try {
      return await (client.query as Query)(...asked);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }
}

/** The text of what is asked for by a promise; undefined for pg's other ways of asking, which stay as they are. */
function textOf([first, ...rest]: unknown[]): string | undefined {
  if (tracing() === undefined || rest.some((each) => typeof each === 'function')) return undefined;
  if (typeof first === 'string') return first;
  const { text, submit, callback } = first as { text?: unknown; submit?: unknown; callback?: unknown };
  return typeof text === 'string' && submit === undefined && callback === undefined ? text : undefined;
}
