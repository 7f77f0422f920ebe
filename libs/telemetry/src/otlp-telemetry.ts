import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TelemetryConfig } from '@helpdeskly/config';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { Delivery } from './delivery.js';
import { OtelTracing } from './otel-tracing.js';
import { setTracing } from './tracing.js';

/** The service that the spans belong to. */
export interface Service {
  readonly name: string;
  readonly version: string;
}

/** The traces of this process. */
export interface Telemetry {
  /** Counts delivered and dropped spans in metrics, and logs when losses begin and end. */
  attach(registry: Registry, logger: Logger): void;
  /** Sends the remaining spans, for at most three seconds, and turns traces off. */
  close(): Promise<void>;
}

/** The limit for one delivery with its retries, and so for the delivery at the end. */
const patienceMs = 3000;

/** Sends traces to a collector by OTLP over HTTP. */
export class OtlpTelemetry implements Telemetry {
  private readonly delivery: Delivery;
  private readonly provider: TracerProvider;

  constructor({ endpoint, headers, sampleRatio, queueSize }: TelemetryConfig, service: Service) {
    const url = `${endpoint.replace(/(?<!\/)\/+$/, '')}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: patienceMs });
    this.delivery = new Delivery(exporter, queueSize);
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': service.name,
        'service.version': service.version,
        'service.namespace': 'helpdeskly',
        'service.instance.id': randomUUID(),
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      spanProcessors: [this.delivery.processor],
      spanLimits: { attributeCountLimit: 32, attributeValueLengthLimit: 4096, linkCountLimit: 4, eventCountLimit: 8 },
    });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    setTracing(new OtelTracing(this.provider.getTracer('helpdeskly', service.version)));
  }

  attach(registry: Registry, logger: Logger): void {
    this.delivery.attach(registry, logger);
  }

  async close(): Promise<void> {
    setTracing(undefined);
    context.disable();
    const done = new AbortController();
    await Promise.race([
      this.provider.shutdown(),
      sleep(patienceMs, undefined, { signal: done.signal }).catch(() => undefined), // We abort it below.
    ]);
    done.abort();
    this.delivery.close();
  }
}
