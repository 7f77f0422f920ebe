import type { OpenSpan, Tracing } from '@helpdeskly/telemetry';
import { SpanKind, type Telemetry } from 'bullmq';

type Tracer = Telemetry<Place>['tracer'];
type Span = ReturnType<Tracer['startSpan']>;

/** A position in a trace: below a span of this process, below another process's `traceparent`, or none. */
type Place = OpenSpan | { readonly traceparent: string } | undefined;

/**
 * Makes jobs spans below the request that queued them: BullMQ stores `traceparent` beside a job's options, on either backend,
 * and not in its data. BullMQ's own work, such as asking for the next job, has no span.
 */
export class QueueTelemetry implements Telemetry<Place> {
  constructor(private readonly tracing: Tracing) {}

  readonly contextManager: Telemetry<Place>['contextManager'] = {
    active: () => this.tracing.active,
    with: (place: Place, work) => (isOpen(place) ? place.run(work) : work()) as ReturnType<typeof work>,
    getMetadata: (place: Place) => place?.traceparent ?? '',
    fromMetadata: (_active, traceparent) => ({ traceparent }),
  };

  readonly tracer: Tracer = {
    startSpan: (name, options, place) => {
      const kind = options?.kind;
      const above = place ?? this.tracing.active;
      if (kind === SpanKind.CONSUMER) {
        const parent = place === undefined ? 'none' : { traceparent: place.traceparent };
        return asBullMqs(this.tracing.begin(name, { kind: 'consumer', parent }));
      }
      // A sweep queues without a request: its jobs begin their own traces.
      if (kind === SpanKind.PRODUCER && above !== undefined)
        return asBullMqs(this.tracing.begin(name, { kind: 'producer' }));
      return asBullMqs(undefined);
    },
  };
}

const isOpen = (place: Place): place is OpenSpan => place !== undefined && 'run' in place;

/** Records only the kind of an exception: its message may contain a person's data. */
function asBullMqs(span: OpenSpan | undefined): Span {
  return {
    setSpanOnContext: (place: Place) => span ?? place,
    setAttribute: (key, value) => note(span, { [key]: value }),
    setAttributes: (attributes) => note(span, attributes),
    addEvent: (name) => {
      if (name === 'job failed') span?.fail({ code: 'job_failed' });
    },
    recordException: (exception) => span?.fail(typeof exception === 'string' ? { code: 'queue_error' } : exception),
    end: () => span?.end(),
  };
}

const shown = new Set(['bullmq.queue.name', 'bullmq.job.name', 'bullmq.job.id', 'bullmq.worker.id']);

function note(span: OpenSpan | undefined, attributes: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(attributes))
    if (shown.has(key) && typeof value === 'string') span?.note({ [key]: value });
}
