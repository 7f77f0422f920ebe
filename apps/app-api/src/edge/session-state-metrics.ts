import { Counter, Gauge, type Registry } from 'prom-client';

/** How often a session's state was known. Counted as plain numbers: the hot path does nothing but add. */
export class SessionStateMetrics {
  hits = 0;
  misses = 0;

  register(registry: Registry, remembered: () => number): void {
    const lookups = () => ({ hit: this.hits, miss: this.misses });
    new Counter({
      name: 'helpdeskly_session_state_lookups_total',
      help: "Lookups of what a session may do now: a miss asks the tenant's database, alone or together with others",
      labelNames: ['result'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(lookups())) this.inc({ result }, count);
      },
    });
    new Gauge({
      name: 'helpdeskly_session_state_entries',
      help: 'States of sessions remembered',
      registers: [registry],
      collect() {
        this.set(remembered());
      },
    });
  }
}
