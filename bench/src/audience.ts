import { Agent, request } from 'node:http';

/** One way to tell of comments. It takes them in one process, and streams them from another. */
export interface Way {
  /** Writes a comment in a helpdesk, by its number. */
  write(helpdesk: number): Promise<unknown>;
  /** Where a stream of a helpdesk is, and what to send for it. */
  stream(helpdesk: number): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Bytes of memory that the process with the streams has. */
  memory(): Promise<number>;
}

/** When a stream heard of a comment, and when PostgreSQL wrote that: milliseconds, by the clock of one machine. */
interface Heard {
  readonly at: number;
  readonly writtenAt: number;
}

interface Expected {
  readonly all: Heard[];
  readonly heard: (all: readonly Heard[]) => void;
}

/** Milliseconds since 1970, finer than Date's. */
const now = () => performance.timeOrigin + performance.now();

const timeIn = (block: string) => Date.parse(/"at":\s*"([^"]+)"/.exec(block)?.[1] ?? '');

/** How many streams are being opened at the same moment. */
const lanes = 40;

/** Open streams of one way, the same number for each helpdesk. */
export class Audience {
  private readonly agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY, keepAlive: true });
  private readonly ends: (() => void)[] = [];
  private readonly expected = new Map<number, Expected>();
  private failed: ((error: Error) => void) | undefined;
  private broken: Error | undefined;
  private closed = false;

  private constructor(
    private readonly way: Way,
    private readonly each: number,
  ) {}

  /** Resolves when all of them have begun. */
  static async open(way: Way, helpdesks: readonly number[], each: number): Promise<Audience> {
    const audience = new Audience(way, each);
    const left = helpdesks.flatMap((helpdesk) => Array.from({ length: each }, () => helpdesk));
    const lane = async () => {
      for (let helpdesk = left.pop(); helpdesk !== undefined; helpdesk = left.pop()) await audience.add(helpdesk);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return audience;
  }

  get size(): number {
    return this.ends.length;
  }

  /** Resolves when all streams of a helpdesk have heard of its next comment. */
  hears(helpdesk: number): Promise<readonly Heard[]> {
    return new Promise((resolve, reject) => {
      if (this.broken !== undefined) return reject(this.broken);
      this.failed = reject;
      this.expected.set(helpdesk, { all: [], heard: resolve });
    });
  }

  close(): void {
    this.closed = true;
    for (const end of this.ends) end();
    this.agent.destroy();
  }

  private add(helpdesk: number): Promise<void> {
    const { url, headers } = this.way.stream(helpdesk);
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers, agent: this.agent }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`a stream answered ${response.statusCode}`));
        this.ends.push(() => sent.destroy());
        let unread = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const at = now();
          const blocks = (unread + chunk).split('\n\n');
          unread = blocks.pop() ?? '';
          for (const block of blocks) {
            if (block.includes('event: comment.created')) this.heard(helpdesk, { at, writtenAt: timeIn(block) });
            else if (block.includes('id: ')) resolve();
          }
        });
        response.on('error', () => undefined); // Its close tells.
        response.on('close', () => this.lost());
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  private lost(): void {
    if (this.closed) return;
    this.broken = new Error('a stream ended by itself');
    this.failed?.(this.broken);
  }

  private heard(helpdesk: number, heard: Heard): void {
    const expected = this.expected.get(helpdesk);
    if (expected === undefined || expected.all.push(heard) < this.each) return;
    this.expected.delete(helpdesk);
    expected.heard(expected.all);
  }
}

/** Milliseconds from a request that writes a comment to its answer, and to each stream that hears of it. */
export class Delays {
  readonly answers: number[] = [];
  readonly events: number[] = [];
  /** From the moment at which the row was written to the event: more than from the commit. */
  readonly written: number[] = [];
  /** From the answer to the event, 0 where the event came first: less than from the commit. */
  readonly between: number[] = [];

  /** Writes a comment, and waits until every stream of its helpdesk has heard of it. */
  async take(way: Way, audience: Audience, helpdesk: number): Promise<void> {
    const everywhere = audience.hears(helpdesk);
    const since = now();
    await way.write(helpdesk);
    const answered = now();
    this.answers.push(answered - since);
    for (const { at, writtenAt } of await everywhere) {
      this.events.push(at - since);
      this.written.push(at - writtenAt);
      this.between.push(Math.max(0, at - answered));
    }
  }
}
