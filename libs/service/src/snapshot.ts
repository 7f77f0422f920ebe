export interface SnapshotTimes {
  /** Milliseconds for which what was seen is shown again. */
  readonly freshMs: number;
  /** Milliseconds that a look may take. */
  readonly patienceMs: number;
}

/**
 * What metrics show of something that must be asked. The metrics of one reading share one look at it, and so do readings
 * that follow soon: who reads metrics often asks no more often.
 */
export class Snapshot<T> {
  private taken: { readonly at: number; readonly seen: Promise<T | undefined> } | undefined;

  constructor(
    private readonly look: () => Promise<T>,
    private readonly times: SnapshotTimes,
  ) {}

  /** Undefined when it could not be seen, or not in time. */
  get(): Promise<T | undefined> {
    const now = performance.now();
    if (this.taken === undefined || now - this.taken.at >= this.times.freshMs) {
      this.taken = { at: now, seen: inTime(this.look(), this.times.patienceMs) };
    }
    return this.taken.seen;
  }
}

/** What failed is no error here: metrics show it as a part that is down. */
async function inTime<T>(seen: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  const outcome = await Promise.race([seen.catch(() => undefined), late]);
  clearTimeout(timer);
  return outcome;
}
