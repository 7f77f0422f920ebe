import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { OpenSpan, SpanFacts, SpanOptions, Tracing } from './tracing.js';

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Creates spans with OpenTelemetry's SDK. */
export class OtelTracing implements Tracing {
  constructor(private readonly tracer: Tracer) {}

  get active(): OpenSpan | undefined {
    const here = context.active();
    const span = trace.getSpan(here);
    return span === undefined ? undefined : new OtelSpan(span, here);
  }

  get recording(): boolean {
    return trace.getSpan(context.active())?.isRecording() === true;
  }

  begin(name: string, { kind = 'internal', facts = {}, parent, link }: SpanOptions = {}): OpenSpan {
    const above = parent === undefined ? context.active() : parent === 'none' ? ROOT_CONTEXT : contextOf(parent);
    const linked = link === undefined ? undefined : spanContextOf(link);
    const options = {
      kind: kinds[kind],
      attributes: { ...facts },
      ...(linked === undefined ? {} : { links: [{ context: linked }] }),
    };
    const span = this.tracer.startSpan(name, options, above);
    return new OtelSpan(span, trace.setSpan(above, span));
  }
}

class OtelSpan implements OpenSpan {
  constructor(
    private readonly span: Span,
    private readonly context: Context,
  ) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get sampled(): boolean {
    return (this.span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get traceparent(): string {
    const { traceId, spanId } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${this.sampled ? '01' : '00'}`;
  }

  run<T>(work: () => T): T {
    return context.with(this.context, work);
  }

  note(facts: SpanFacts): void {
    this.span.setAttributes({ ...facts });
  }

  fail(error: unknown): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.setAttribute('error.type', kindOf(error));
  }

  end(): void {
    this.span.end();
  }
}

/** An error's code (SQLSTATE, Prisma's, Node's, ours), or its class. */
function kindOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && /^[\w.-]{1,64}$/.test(code)) return code;
  return error instanceof Error ? error.constructor.name : typeof error;
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const parsed = parseTraceParent(traceparent);
  return parsed !== null && isSpanContextValid(parsed) ? { ...parsed, isRemote: true } : undefined;
}

/** An unreadable traceparent begins a new trace. */
function contextOf({ traceparent }: { readonly traceparent: string }): Context {
  const parent = spanContextOf(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}
