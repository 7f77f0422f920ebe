import type { Surroundings } from './surroundings.js';

/** What the API says of work that goes on. */
export interface Progress {
  readonly status: string;
  /** Of a restore it is the step. */
  readonly progress?: Counts | string | null;
  readonly counts?: Counts;
  /** A minute. */
  readonly rate?: number | null;
  readonly eta?: string | null;
}

interface Counts {
  readonly total: number;
  readonly done?: number;
  readonly failed?: number;
}

const bars = 30;

/** Says how far some work is: a bar that is drawn anew where somebody sits at a terminal, else a line for each change. */
export class ProgressLine {
  private last = '';
  private isDrawn = false;

  constructor(
    private readonly surroundings: Pick<Surroundings, 'isRead'>,
    private readonly write: (text: string) => void,
  ) {}

  show(work: Progress): void {
    const line = `${work.status}${progressOf(work)}`;
    if (line === this.last) return;
    this.last = line;
    const of = countsOf(work);
    if (!this.surroundings.isRead || of === undefined) return this.write(`${line}\n`);
    const filled = of.total === 0 ? bars : Math.floor((overOf(work, of) / of.total) * bars);
    this.write(`\r\u001b[K[${'#'.repeat(filled)}${'.'.repeat(bars - filled)}] ${line}`);
    this.isDrawn = true;
  }

  /** Leaves what was drawn last. */
  end(): void {
    if (this.isDrawn) this.write('\n');
    this.isDrawn = false;
  }
}

/** ` 3 of 10, 1 failed, 12 a minute, 40 s left`. */
export function progressOf(work: Progress, now = Date.now()): string {
  if (typeof work.progress === 'string') return ` ${work.progress}`;
  const of = countsOf(work);
  if (of === undefined) return '';
  const failed = (of.failed ?? 0) > 0 ? `, ${of.failed} failed` : '';
  const speed = typeof work.rate === 'number' ? `, ${Math.round(work.rate * 10) / 10} a minute` : '';
  const left = typeof work.eta === 'string' ? `, ${leftUntil(work.eta, now)} left` : '';
  return ` ${of.done ?? 0} of ${of.total}${failed}${speed}${left}`;
}

const countsOf = ({ progress, counts }: Progress): Counts | undefined =>
  counts ?? (typeof progress === 'object' && progress !== null ? progress : undefined);

/** In `counts` those that failed are beside the done ones, in `progress` among them. */
const overOf = ({ counts }: Progress, { done = 0, failed = 0 }: Counts) =>
  counts === undefined ? done : done + failed;

function leftUntil(eta: string, now: number): string {
  const seconds = Math.max(0, Math.round((Date.parse(eta) - now) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
