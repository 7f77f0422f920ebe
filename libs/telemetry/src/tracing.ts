import { describeStatement } from './statement.js';

/** What a span says beside its name and times. Never a value of a statement's, a token, or anybody's address. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** `internal` unless said otherwise. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly facts?: SpanFacts;
  /** Begins a trace of its own, or goes on below what another process gave as W3C `traceparent`; by default, what is active. */
  readonly parent?: 'none' | { readonly traceparent: string };
  /** The `traceparent` of what this has to do with, but is no part of. */
  readonly link?: string | undefined;
}

/** A piece of work under way, as a part of a trace. */
export interface OpenSpan {
  readonly traceId: string;
  /** Whether its trace is kept. */
  readonly sampled: boolean;
  /** By which another process goes on below it. Source: https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent: string;
  /** Runs `work` so that what begins in it, now or later, is below this span. */
  run<T>(work: () => T): T;
  note(facts: SpanFacts): void;
  /** Notes that it failed, and by which kind of error: messages may hold values, so they are not said. */
  fail(error: unknown): void;
  end(): void;
}

/** Whoever makes spans while traces are on. */
export interface Tracing {
  /** The span that the present code runs in. */
  readonly active: OpenSpan | undefined;
  /** Whether the present code runs in a span that is kept. */
  readonly recording: boolean;
  begin(name: string, options?: SpanOptions): OpenSpan;
}

let current: Tracing | undefined;

/** Undefined while traces are off. */
export function tracing(): Tracing | undefined {
  return current;
}

/** Turns traces on, and off again by undefined. */
export function setTracing(tracing: Tracing | undefined): void {
  current = tracing;
}

/** Runs `work` as a span of the trace that is under way here; where there is none, `work` alone. */
export function inSpan<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
  return current?.recording === true ? watched(current.begin(name, { facts }), work) : work();
}

/** Runs one statement as a span, see inSpan. Of `text` what is no placeholder's is blanked. */
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

/** What each line of the log says of the trace that it belongs to. */
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
