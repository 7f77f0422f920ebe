import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Hints } from '../hints/hints.js';
import { endings, type Ending } from './live-stream.js';

/** Streams of this process. No label names a tenant. */
@Injectable()
export class LiveMetrics {
  private readonly ends: Counter<'reason'>;
  private readonly refusals: Counter;
  private open = 0;

  constructor({ registry }: Metrics, hints: Hints) {
    const registers = [registry];
    const count = () => this.open;
    new Gauge({
      name: 'helpdeskly_streams',
      help: 'Open streams',
      registers,
      collect() {
        this.set(count());
      },
    });
    this.ends = new Counter({
      name: 'helpdeskly_streams_ended_total',
      help: 'Streams that ended, by what ended them; slow: a client that did not read',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of endings) this.ends.inc({ reason }, 0);
    this.refusals = new Counter({
      name: 'helpdeskly_stream_refusals_total',
      help: 'Streams that were refused for a limit',
      registers,
    });
    new Gauge({
      name: 'helpdeskly_hints_listening',
      help: '1 while this process hears of changes that other processes make',
      registers,
      collect() {
        this.set(hints.listening ? 1 : 0);
      },
    });
  }

  opened(): void {
    this.open++;
  }

  ended(reason: Ending): void {
    this.open--;
    this.ends.inc({ reason });
  }

  refused(): void {
    this.refusals.inc();
  }
}
