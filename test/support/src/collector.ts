import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it arrived. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The traces that it is linked to. */
  readonly links: readonly string[];
  readonly failed: boolean;
}

/** A collector of traces by OTLP over HTTP (protobuf), as far as tests need one. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** All that was sent, headers included. */
  readonly bytes: Buffer[] = [];
  /** Whether it answers; else it takes what is sent and says nothing. */
  answers = true;
  /** Requests that it was sent. */
  requests = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Collector> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      collector.requests++;
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        collector.bytes.push(Buffer.from(JSON.stringify(request.rawHeaders)), body);
        if (request.url === '/v1/traces') collector.spans.push(...spansOf(body));
        if (collector.answers) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    const collector = new Collector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans above one, nearest first. */
  above(span: CollectedSpan): CollectedSpan[] {
    const parent = this.spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentId);
    return parent === undefined ? [] : [parent, ...this.above(parent)];
  }

  below(span: CollectedSpan): CollectedSpan[] {
    return this.spans.filter((other) => this.above(other).includes(span));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

type Field = readonly [number: number, value: Buffer | bigint];

/** A message's fields. Source: https://protobuf.dev/programming-guides/encoding/ */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const length = wireType === 2 ? Number(varint()) : wireType === 1 ? 8 : 4;
    if (wireType === 0) yield [tag >> 3, varint()];
    else {
      yield [tag >> 3, message.subarray(at, at + length)];
      at += length;
    }
  }
}

const messages = (message: Buffer, field: number) =>
  [...fieldsOf(message)].flatMap(([number, value]) => (number === field && Buffer.isBuffer(value) ? [value] : []));
const text = (message: Buffer, field: number) => messages(message, field)[0]?.toString() ?? '';
const hex = (message: Buffer, field: number) => messages(message, field)[0]?.toString('hex') ?? '';

/** Source: opentelemetry-proto v1, collector/trace/v1/trace_service.proto and trace/v1/trace.proto; the numbers are theirs. */
function spansOf(request: Buffer): CollectedSpan[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentId: hex(span, 4) || undefined,
        name: text(span, 5),
        service: String(resource['service.name']),
        attributes: attributesOf(span, 9),
        links: messages(span, 13).map((link) => hex(link, 1)),
        failed: messages(span, 15).some((status) =>
          [...fieldsOf(status)].some(([field, code]) => field === 3 && code === 2n),
        ),
      }));
  });
}

/** common/v1/common.proto: KeyValue and AnyValue. */
function attributesOf(message: Buffer, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const [[kind, value] = [0, 0n] as Field] = fieldsOf(messages(pair, 2)[0] ?? Buffer.alloc(0));
      const plain = kind === 1 ? String(value) : kind === 2 ? value === 1n : kind === 3 ? Number(value) : value;
      return [text(pair, 1), plain];
    }),
  );
}
