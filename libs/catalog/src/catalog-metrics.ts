import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts the results of catalog lookups. Plain numbers: the hot path only adds. */
export class CatalogMetrics {
  hits = 0;
  misses = 0;
  /** Misses served from old entries, because the catalog could not be reached. */
  stale = 0;
  /** Misses that failed with CatalogUnavailable. */
  unavailable = 0;

  register(registry: Registry, catalog: { listening(): boolean; entries(): number }): void {
    const lookups = () => ({ hit: this.hits, miss: this.misses, stale: this.stale, unavailable: this.unavailable });
    new Counter({
      name: 'helpdeskly_catalog_lookups_total',
      help: 'Lookups of tenants by slug; a stale or unavailable one is a miss as well',
      labelNames: ['result'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(lookups())) this.inc({ result }, count);
      },
    });
    new Gauge({
      name: 'helpdeskly_catalog_listening',
      help: '1 while changes of tenants arrive by notification',
      registers: [registry],
      collect() {
        this.set(catalog.listening() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'helpdeskly_catalog_entries',
      help: 'Slugs remembered',
      registers: [registry],
      collect() {
        this.set(catalog.entries());
      },
    });
  }
}
