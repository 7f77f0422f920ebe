export interface SnapshotTimes {
  /** Milliseconds for which a value is reused. */
  readonly freshMs: number;
  /** Milliseconds that a read may take. */
  readonly patienceMs: number;
}

/**
 * A cached value for metrics that needs a query. All metrics of one scrape share one read, and so do scrapes
 * shortly after: frequent scrapes cause no additional reads.
 */
export class Snapshot<T> {
  private taken: { readonly at: number; readonly seen: Promise<T | undefined> } | undefined;

  constructor(
    private readonly look: () => Promise<T>,
    private readonly times: SnapshotTimes,
  ) {}

  /** Undefined if the read failed or took too long. */
  get(): Promise<T | undefined> {
    const now = performance.now();
    if (this.taken === undefined || now - this.taken.at >= this.times.freshMs) {
      this.taken = { at: now, seen: inTime(this.look(), this.times.patienceMs) };
    }
    return this.taken.seen;
  }
}

/** A failure is no error here: metrics show that the part is down. */
async function inTime<T>(seen: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  const outcome = await Promise.race([seen.catch(() => undefined), late]);
  clearTimeout(timer);
  return outcome;
}
