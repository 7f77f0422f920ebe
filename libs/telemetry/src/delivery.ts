import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';

const batch = 512;
const delayMs = 1000;

/** Moves spans from their end to the collector: it delivers each span, or drops and counts it. */
export class Delivery {
  readonly processor: SpanProcessor;
  private waiting = 0;
  private failing = false;
  private logger: Logger | undefined;
  private readonly delivered = new Counter({
    name: 'helpdeskly_trace_spans_delivered_total',
    help: 'Spans that the collector took',
    registers: [],
  });
  private readonly dropped = new Counter({
    name: 'helpdeskly_trace_spans_dropped_total',
    help: 'Spans that were not delivered: too many waited, the collector did not take them, or this process ended',
    labelNames: ['reason'],
    registers: [],
  });

  /** `room`: how many spans may wait, at least 512. It drops more: an absent collector must cost neither memory nor time. */
  constructor(
    exporter: SpanExporter,
    private readonly room: number,
  ) {
    for (const reason of ['queue_full', 'not_taken']) this.dropped.inc({ reason }, 0);
    const counted: SpanExporter = {
      export: (spans, done) => {
        this.waiting -= spans.length;
        exporter.export(spans, (result) => {
          this.finished(spans.length, result);
          done({ code: ExportResultCode.SUCCESS }); // We count failed spans ourselves; the next batch may come.
        });
      },
      shutdown: () => exporter.shutdown(),
    };
    const batches = new BatchSpanProcessor({
      exporter: counted,
      maxQueueSize: room,
      maxExportBatchSize: batch,
      scheduledDelayMillis: delayMs,
    });
    this.processor = {
      onStart: () => undefined,
      onEnd: (span) => this.ended(span, batches),
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    };
  }

  attach(registry: Registry, logger: Logger): void {
    registry.registerMetric(this.delivered);
    registry.registerMetric(this.dropped);
    this.logger = logger;
  }

  /** Logs what could not be sent before the end. */
  close(): void {
    if (this.waiting > 0) this.logger?.warn({ spans: this.waiting }, 'the last spans were not delivered');
  }

  private ended(span: ReadableSpan, batches: SpanProcessor): void {
    if (this.waiting >= this.room) return this.dropped.inc({ reason: 'queue_full' });
    this.waiting++;
    batches.onEnd(span);
  }

  private finished(spans: number, { code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed) this.dropped.inc({ reason: 'not_taken' }, spans);
    else this.delivered.inc(spans);
    if (failed && !this.failing) this.logger?.warn({ err: error }, 'traces are not delivered');
    if (!failed && this.failing) this.logger?.info('traces are delivered again');
    this.failing = failed;
  }
}
