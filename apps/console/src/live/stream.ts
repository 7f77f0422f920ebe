/** One event of the API's stream. */
export interface LiveEvent {
  readonly type: string;
  readonly data: {
    readonly ticketId?: string;
    readonly number?: number;
    readonly version?: number;
    readonly actorId?: string | null;
    readonly commentId?: string;
    /** Of a notification. */
    readonly id?: string;
    readonly fields?: readonly string[];
  };
}

/** What the one stream of a browser tells its pages. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  /** `fresh`: what happened before is not told; whatever was read earlier may be out of date. */
  | { readonly kind: 'up'; readonly fresh: boolean }
  | { readonly kind: 'down' }
  | { readonly kind: 'ended' };

/** The server gives a sign of life every 15 s; after two of them and a little more the connection is dead, whatever the system says. */
const silenceMs = 33_000;
const longestPauseMs = 15_000;

/** Reads GET /stream for ever: it goes on where it was after each break, and takes a new token when one has run out. */
export class Stream {
  private token: string | undefined;
  private cursor: string | undefined;
  private reading: AbortController | undefined;
  private wake: (() => void) | undefined;
  private pauseMs = 0;
  private retryMs = 500;
  private running = false;

  constructor(private readonly tell: (message: LiveMessage) => void) {}

  /** A page's token; the first one starts the stream. */
  give(token: string): void {
    this.token = token;
    if (!this.running) void this.run();
    else this.hurry();
  }

  /** The network or the page is back: no more waiting. */
  hurry(): void {
    this.pauseMs = 0;
    this.wake?.();
  }

  stop(): void {
    this.token = undefined;
    this.cursor = undefined;
    this.reading?.abort();
    this.wake?.();
  }

  private async run(): Promise<void> {
    this.running = true;
    let wasUp = false;
    while (this.token !== undefined) {
      const outcome = await this.readOnce(() => (wasUp = true));
      if (outcome === 'unauthorized' && !(await this.renew())) break;
      if (wasUp) this.tell({ kind: 'down' });
      wasUp = false;
      if (this.token !== undefined) await this.pause(outcome);
    }
    this.running = false;
  }

  private async readOnce(up: () => void): Promise<'broken' | 'closed' | 'unauthorized'> {
    const reading = new AbortController();
    this.reading = reading;
    let timer = setTimeout(() => reading.abort(), silenceMs);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reading.abort(), silenceMs);
    };
    try {
      const response = await fetch('/api/v1/stream', {
        signal: reading.signal,
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${this.token}`,
          ...(this.cursor === undefined ? {} : { 'Last-Event-ID': this.cursor }),
        },
      });
      // 403: the helpdesk is suspended; the renewal tells.
      if (response.status === 401 || response.status === 403) return 'unauthorized';
      if (!response.ok || response.body === null) return 'broken';
      up();
      this.pauseMs = 0;
      this.tell({ kind: 'up', fresh: this.cursor === undefined });
      await this.readEvents(response.body, alive);
      return 'closed';
    } catch {
      return 'broken';
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lines as the HTML standard describes them for text/event-stream. */
  private async readEvents(body: ReadableStream<Uint8Array>, alive: () => void): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    let rest = '';
    let type = '';
    let data = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (type !== '')
            this.tell({
              kind: 'event',
              event: { type, data: data === '' ? {} : (JSON.parse(data) as LiveEvent['data']) },
            });
          type = data = '';
        } else if (line.startsWith('id: ')) this.cursor = line.slice(4);
        else if (line.startsWith('event: ')) type = line.slice(7);
        else if (line.startsWith('data: ')) data += line.slice(6);
        else if (line.startsWith('retry: ')) this.retryMs = Number(line.slice(7)) || this.retryMs;
      }
    }
  }

  private async renew(): Promise<boolean> {
    try {
      const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-Session': 'cookie' } });
      if (response.ok) {
        this.token = ((await response.json()) as { accessToken: string }).accessToken;
        return true;
      }
      if (response.status === 401 || response.status === 403) {
        this.tell({ kind: 'ended' });
        this.stop();
        return false;
      }
    } catch {
      // The network is away: tried again after a pause.
    }
    await this.pause('broken');
    return this.token !== undefined;
  }

  /** After an end that the server announced, as long as it asked for; after a failure longer each time, the first time not at all. */
  private async pause(after: 'broken' | 'closed' | 'unauthorized'): Promise<void> {
    const ms = after === 'closed' ? Math.min(this.retryMs, 2500) : this.pauseMs;
    this.pauseMs = Math.min(longestPauseMs, Math.max(250, this.pauseMs * 2));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms * (0.7 + Math.random() * 0.3));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
