import type { BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';

const hour = 3_600_000;
const keysAtMost = 10_000;
const writingAtMost = 100;
const freely = { key: 5, group: 100 };

/** Of what a failure is one: each `key` alone, and all of a `group`, in which somebody may make keys without end. */
export interface Failure {
  readonly key: string;
  readonly group?: string;
  /** Whose trail tells of it: what a trail is told is written there in its order. Where there is one trail alone, none. */
  readonly trail?: string;
}

/**
 * Which failures become audit events, so that a flood does not fill the trail: of each key the first 5 in an hour, of a group the
 * first 100, then the one that doubles their number. They are written apart from the requests that failed, which thus take as long
 * whether something is written or not.
 */
export class FailureNotes implements BeforeApplicationShutdown {
  private readonly counts = new LRUCache<string, number>({ max: keysAtMost, ttl: hour, noUpdateTTL: true });
  private readonly writing = new Set<Promise<void>>();
  /** The last write that each trail waits for. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(private readonly logger?: Pick<Logger, 'warn'>) {}

  /** `write` is told how many failures of this key there were within the hour. */
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

  /** Resolves when everything noted so far was written: whoever reads the trail sees it. */
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
