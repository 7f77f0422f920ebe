import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** A pool's connections at this moment. */
export interface PoolLoad {
  readonly open: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
  readonly max: number;
}

export function poolLoad({
  totalCount,
  idleCount,
  waitingCount,
  options,
}: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>): PoolLoad {
  return { open: totalCount, idle: idleCount, waiting: waitingCount, max: options.max };
}

/** Exposes a process's pools by their kind. It sums the pools of one kind, so that more servers add no series. */
export class PoolMetrics {
  constructor(registry: Registry, pools: Readonly<Record<string, () => readonly PoolLoad[]>>) {
    const registers = [registry];
    const sums = () =>
      Object.entries(pools).map(([pool, loads]) => {
        const sum = { open: 0, idle: 0, waiting: 0, max: 0 };
        for (const { open, idle, waiting, max } of loads()) {
          sum.open += open;
          sum.idle += idle;
          sum.waiting += waiting;
          sum.max += max;
        }
        return { pool, ...sum };
      });
    new Gauge({
      name: 'helpdeskly_pool_connections',
      help: 'Connections of a pool, by whether somebody uses them',
      labelNames: ['pool', 'state'],
      registers,
      collect() {
        for (const { pool, open, idle } of sums()) {
          this.set({ pool, state: 'used' }, open - idle);
          this.set({ pool, state: 'idle' }, idle);
        }
      },
    });
    new Gauge({
      name: 'helpdeskly_pool_connections_max',
      help: 'The limit of helpdeskly_pool_connections',
      labelNames: ['pool'],
      registers,
      collect() {
        for (const { pool, max } of sums()) this.set({ pool }, max);
      },
    });
    new Gauge({
      name: 'helpdeskly_pool_waiters',
      help: 'Callers that wait for a connection of a pool',
      labelNames: ['pool'],
      registers,
      collect() {
        for (const { pool, waiting } of sums()) this.set({ pool }, waiting);
      },
    });
  }
}
