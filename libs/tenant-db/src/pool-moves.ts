import { setTimeout as sleep } from 'node:timers/promises';

const lookMs = 10;
/** For so long may what failed be due to a move, in milliseconds. */
const recentMs = 5000;

/** How often the place of a pool has become another one. */
export class PoolMoves {
  count = 0;
  private lastAt = -Infinity;

  add(): void {
    this.count++;
    this.lastAt = performance.now();
  }

  get isRecent(): boolean {
    return performance.now() - this.lastAt < recentMs;
  }

  /** Whether there are more than `before`, now or within that time. */
  async since(before: number, withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    while (this.count === before && performance.now() < until) await sleep(lookMs);
    return this.count > before;
  }
}
