import type { MigrationRun } from '@helpdeskly/catalog';

/** How fast a run may take tenants: so many a minute, and so many at the same time on all servers together. */
export class RunLimits {
  private readonly most: number;
  private readonly everyMs: number;
  private taken = 0;
  private nextAt = 0;

  /** `clock` in milliseconds; it never goes back. */
  constructor(
    { perServer, concurrency, pace }: Pick<MigrationRun, 'perServer' | 'concurrency' | 'pace'>,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.most = perServer === null ? Number.POSITIVE_INFINITY : concurrency;
    this.everyMs = pace === null ? 0 : 60_000 / pace;
  }

  /** Milliseconds until a tenant may be taken by the pace. */
  get waitMs(): number {
    return Math.max(0, this.nextAt - this.clock());
  }

  /** Takes a place for one tenant, unless there is none now. `end` or `undo` gives it back. */
  begin(): boolean {
    if (this.taken >= this.most || this.waitMs > 0) return false;
    this.taken++;
    this.nextAt = Math.max(this.nextAt, this.clock()) + this.everyMs;
    return true;
  }

  /** The tenant is done with. */
  end(): void {
    this.taken--;
  }

  /** There was no tenant to take: the pace does not count it. */
  undo(): void {
    this.taken--;
    this.nextAt -= this.everyMs;
  }
}
