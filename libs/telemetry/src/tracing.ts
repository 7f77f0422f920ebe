import { describeStatement } from './statement.js';

/** A span's attributes, beside its name and times. Never a statement's value, a token or a person's address. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** `internal` by default. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly facts?: SpanFacts;
  /** Begins a new trace, or continues another process's W3C `traceparent`; by default the parent is the active span. */
  readonly parent?: 'none' | { readonly traceparent: string };
  /** The `traceparent` of a related trace that this span is no part of. */
  readonly link?: string | undefined;
}

/** A span that has begun. */
export interface OpenSpan {
  readonly traceId: string;
  /** Whether its trace is kept. */
  readonly sampled: boolean;
  /** Lets another process continue below this span. Source: https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent: string;
  /** Runs `work` so that spans that begin in it, now or later, are below this span. */
  run<T>(work: () => T): T;
  note(facts: SpanFacts): void;
  /** Records a failure and the kind of its error. It omits the message, which may contain values. */
  fail(error: unknown): void;
  end(): void;
}

/** Creates spans while traces are on. */
export interface Tracing {
  /** The span in which the current code runs. */
  readonly active: OpenSpan | undefined;
  /** Whether the current code runs in a sampled span. */
  readonly recording: boolean;
  begin(name: string, options?: SpanOptions): OpenSpan;
}

let current: Tracing | undefined;

/** Undefined while traces are off. */
export function tracing(): Tracing | undefined {
  return current;
}

/** Turns traces on; undefined turns them off. */
export function setTracing(tracing: Tracing | undefined): void {
  current = tracing;
}

/** Runs `work` as a span of the current trace; without a trace, runs only `work`. */
export function inSpan<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
  return current?.recording === true ? watched(current.begin(name, { facts }), work) : work();
}

/** Runs one statement as a span, see inSpan. In `text` everything but identifiers and placeholders is blanked. */
export function traceQuery<T>(text: string, database: string | undefined, work: () => Promise<T>): Promise<T> {
  if (current?.recording !== true) return work();
  const { name, operation, shown } = describeStatement(text);
  const facts = {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'db.operation.name': operation,
    'db.query.text': shown,
  };
  return watched(current.begin(name, { kind: 'client', facts }), work);
}

/** The trace fields of a log line. */
export function traceFields(): { traceId?: string } {
  return current?.recording === true ? { traceId: current.active?.traceId } : {};
}

async function watched<T>(span: OpenSpan, work: () => Promise<T>): Promise<T> {
  try {
    return await span.run(work);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
