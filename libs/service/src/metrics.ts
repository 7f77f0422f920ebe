import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';

/**
 * Node's metrics of the process, collected once, even if it holds several apps. A monitor of the event loop or of the garbage
 * collection cannot be stopped, costs time on each turn, and would keep its app in memory.
 */
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess, prefix: 'helpdeskly_' });

/** An app's metrics and those of its process. Labels are bounded: routes by their template, never a tenant. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    for (const metric of ofProcess.getMetricsAsArray()) this.registry.registerMetric(metric as unknown as Metric);
  }

  /** Says which service this process is. Call it once. */
  identify(service: string, version: string): void {
    new Gauge({
      name: 'helpdeskly_build_info',
      help: 'Always 1: which service this is, and its version',
      labelNames: ['service', 'version'],
      registers: [this.registry],
    }).set({ service, version }, 1);
  }
}

/** Serves only `GET /metrics`, on a separate port. Resolves with the server and its port. */
export async function startMetricsServer(
  metrics: Metrics,
  host: string,
  port: number,
): Promise<{ server: Server; port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
