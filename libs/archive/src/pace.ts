import { setTimeout as sleep } from 'node:timers/promises';

const windowMs = 100;

/** Lets so many bytes a second pass, over all streams that share it. */
export class Pace {
  private begun = performance.now();
  private passed = 0;

  /** `bytesPerSecond` is asked again and again; undefined: no limit at the moment. */
  constructor(private readonly bytesPerSecond: () => number | undefined) {}

  async pass(bytes: number): Promise<void> {
    const rate = this.bytesPerSecond();
    const now = performance.now();
    if (rate === undefined) return;
    if (now - this.begun > windowMs) {
      // What was left unused before does not count: the limit is about every moment.
      const due = this.begun + (this.passed / rate) * 1000;
      this.begun = Math.max(due, now - windowMs);
      this.passed = 0;
    }
    this.passed += bytes;
    const aheadMs = this.begun + (this.passed / rate) * 1000 - now;
    if (aheadMs > 0) await sleep(aheadMs);
  }
}
