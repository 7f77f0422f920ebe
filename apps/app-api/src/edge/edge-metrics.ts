import { TenantCatalog } from '@helpdeskly/catalog';
import { PoolMetrics } from '@helpdeskly/database';
import { Metrics } from '@helpdeskly/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';

/** What has metrics of its own. */
export interface Observed {
  register(registry: Registry): void;
}

export const observedParts = Symbol('parts of the edge with metrics of their own');

/** Shows what the edge stands on: its caches, clients and pools. */
@Injectable()
export class EdgeMetrics {
  constructor(
    @Inject(Metrics) { registry }: Metrics,
    catalog: TenantCatalog,
    @Inject(observedParts) parts: Observed[],
  ) {
    for (const part of parts) part.register(registry);
    new PoolMetrics(registry, { catalog: () => [catalog.load] });
  }
}
