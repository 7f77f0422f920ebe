import { PerformanceObserver } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Counter } from 'prom-client';
import { Metrics } from './metrics.js';

describe("a process's metrics", () => {
  const watch = Object.getOwnPropertyDescriptor(PerformanceObserver.prototype, 'observe') as PropertyDescriptor;
  let watches = 0;
  beforeAll(() => {
    Object.defineProperty(PerformanceObserver.prototype, 'observe', { ...watch, value: () => watches++ });
  });
  afterAll(() => {
    Object.defineProperty(PerformanceObserver.prototype, 'observe', watch);
  });

  it('are told by each of its apps, and watched once for all of them', async () => {
    const apps = [new Metrics(), new Metrics()];
    expect(watches).toBe(0);
    for (const { registry } of apps) {
      const text = await registry.metrics();
      expect(text).toMatch(/^helpdeskly_nodejs_eventloop_lag_p99_seconds /m);
      expect(text).toMatch(/^# TYPE helpdeskly_nodejs_gc_duration_seconds histogram$/m);
    }
  });

  it("hold none of another app's own", async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    new Counter({ name: 'helpdeskly_of_one_total', help: 'Of one app', registers: [one.registry] }).inc();
    expect(await one.registry.metrics()).toContain('helpdeskly_of_one_total 1');
    expect(await other.registry.metrics()).not.toContain('helpdeskly_of_one_total');
  });
});
