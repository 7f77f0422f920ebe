import type { BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';

const hour = 3_600_000;
const keysAtMost = 10_000;
const writingAtMost = 100;
const freely = { key: 5, group: 100 };

/** A failure's keys: it counts for its `key`, and for its `group`, in which an attacker may create any number of keys. */
export interface Failure {
  readonly key: string;
  readonly group?: string;
  /** The audit trail for it; each trail's events are written in order. Undefined if there is only one trail. */
  readonly trail?: string;
}

/**
 * Decides which failures become audit events, so that a flood does not fill the trail: of each key the first 5 in an hour, of a group
 * the first 100, and then each that doubles the count. It writes them outside of the failed requests, so that a request takes as
 * long whether an event is written or not.
 */
export class FailureNotes implements BeforeApplicationShutdown {
  private readonly counts = new LRUCache<string, number>({ max: keysAtMost, ttl: hour, noUpdateTTL: true });
  private readonly writing = new Set<Promise<void>>();
  /** The last pending write of each trail. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(private readonly logger?: Pick<Logger, 'warn'>) {}

  /** Passes to `write` how many failures of this key happened within the hour. */
  note({ key, group, trail = '' }: Failure, write: (times: number) => Promise<unknown>): void {
    const times = this.count(key);
    const isTold =
      tells(times, freely.key) && (group === undefined || tells(this.count(`group ${group}`), freely.group));
    if (!isTold || this.writing.size >= writingAtMost) return;
    const before = this.last.get(trail) ?? Promise.resolve();
    const written: Promise<void> = before
      .then(() => write(times))
      .then(
        () => undefined,
        (error: unknown) => this.logger?.warn({ err: error }, 'a failed login could not be written to the audit trail'),
      )
      .finally(() => {
        this.writing.delete(written);
        if (this.last.get(trail) === written) this.last.delete(trail);
      });
    this.writing.add(written);
    this.last.set(trail, written);
  }

  /** Resolves when all events so far are written, so that a reader of the trail sees them. */
  async settled(): Promise<void> {
    await Promise.all(this.writing);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.settled();
  }

  private count(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }
}

function tells(count: number, freely: number): boolean {
  return count <= freely || Number.isInteger(Math.log2(count));
}
