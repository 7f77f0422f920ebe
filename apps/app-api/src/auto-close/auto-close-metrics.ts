import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';

/** `due`: its job said so. `survey`: in the round through all tenants. */
const reasons = ['due', 'survey'] as const;
export type VisitReason = (typeof reasons)[number];

/** What is closed by itself in this process, and in how many tenants it looked for that. */
@Injectable()
export class AutoCloseMetrics {
  private readonly visits: Counter<'reason'>;
  private readonly closings: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.visits = new Counter({
      name: 'helpdeskly_auto_close_visits_total',
      help: "Tenants' databases that were asked for resolved tickets, by what led there",
      labelNames: ['reason'],
      registers,
    });
    for (const reason of reasons) this.visits.inc({ reason }, 0);
    this.closings = new Counter({
      name: 'helpdeskly_auto_closed_tickets_total',
      help: 'Tickets that were closed some time after they were resolved',
      registers,
    });
  }

  visited(reason: VisitReason): void {
    this.visits.inc({ reason });
  }

  closed(count: number): void {
    this.closings.inc(count);
  }
}
