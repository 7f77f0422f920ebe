import type { Reader } from './reader.js';

/** Where to send traces; the variables have OpenTelemetry's names. */
export interface TelemetryConfig {
  /** A collector that accepts OTLP over HTTP; the exporter appends `/v1/traces`. */
  readonly endpoint: string;
  /** Sent with each export, for example an API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The share of new traces to keep, from 0 to 1. */
  readonly sampleRatio: number;
  /** How many spans may wait to be sent; further ones are dropped and counted. */
  readonly queueSize: number;
}

/** Undefined: traces are off. Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function readTelemetryConfig(read: Reader): TelemetryConfig | undefined {
  const endpoint = read.optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  const headers = readHeaders(read, 'OTEL_EXPORTER_OTLP_HEADERS');
  const sampleRatio = read.ratio('OTEL_TRACES_SAMPLER_ARG', 1);
  const queueSize = read.integer('OTEL_BSP_MAX_QUEUE_SIZE', 8192, 512, 1_000_000);
  return endpoint === undefined ? undefined : Object.freeze({ endpoint, headers, sampleRatio, queueSize });
}

/** `name=value`, comma separated, values percent-encoded. They are secrets, so no message shows them. */
function readHeaders(read: Reader, name: string): Readonly<Record<string, string>> {
  const items = (read.optional(name) ?? '').split(',').filter((item) => item.trim() !== '');
  const headers = items.map((item): [string, string] => {
    const [, key = '', value = ''] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=([\x21-\x7e ]*)$/.exec(item) ?? [];
    return [key, decoded(value.trim())];
  });
  if (headers.some(([key, value]) => key === '' || !/^[\x20-\x7e]*$/.test(value)))
    return read.wrong(name, 'must be name=value, comma separated, values percent-encoded', {});
  return Object.freeze(Object.fromEntries(headers));
}

/** Returns a control character, which no header may contain, if the value cannot be decoded. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '\0';
  }
}
