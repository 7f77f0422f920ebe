import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A server's connections and the requests on them. */
export interface HttpLoad {
  readonly connections: number;
  readonly requests: number;
}

/** Requests by route. Labels are route templates and problem codes, so none grows with tenants or callers. */
export class HttpMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly problems: Counter<'code' | 'route'>;
  private bytes = 0;

  constructor(registry: Registry, load: () => HttpLoad) {
    const registers = [registry];
    const sent = () => this.bytes;
    this.durations = new Histogram({
      name: 'helpdeskly_http_request_duration_seconds',
      help: 'How long requests took, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.problems = new Counter({
      name: 'helpdeskly_http_problems_total',
      help: 'Requests answered with a problem, by its code',
      labelNames: ['code', 'route'],
      registers,
    });
    new Counter({
      name: 'helpdeskly_http_response_body_bytes_total',
      help: 'Bytes of the bodies of answers',
      registers,
      collect() {
        this.reset();
        this.inc(sent());
      },
    });
    gauge('helpdeskly_http_requests_in_flight', 'Requests that are being answered', () => load().requests);
    gauge('helpdeskly_http_connections', 'Open connections of clients', () => load().connections);

    function gauge(name: string, help: string, value: () => number): void {
      const created: Gauge = new Gauge({ name, help, registers, collect: () => created.set(value()) });
    }
  }

  /** `problem` is the code of the answered problem, if any. */
  answered(
    request: { readonly method: string; readonly route: string },
    answer: { readonly status: number; readonly seconds: number; readonly bytes: number; readonly problem?: string },
  ): void {
    const { method, route } = request;
    const { status, seconds, bytes, problem } = answer;
    this.durations.observe({ method, route, status }, seconds);
    this.bytes += bytes;
    if (problem !== undefined) this.problems.inc({ code: problem, route });
  }
}
