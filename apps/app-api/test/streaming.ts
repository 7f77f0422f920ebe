import { until, type Caller, type System } from '@helpdeskly/testing';

/** One block of a stream. */
export interface Heard {
  readonly id?: string;
  readonly event?: string;
  readonly data?: any;
  readonly comment?: string;
  readonly retry?: number;
}

interface ListenerOptions {
  readonly after?: string | undefined;
  readonly last?: string | undefined;
  /** Ends it, from before it is answered on. */
  readonly aborting?: AbortController;
}

/** A client of a stream, as EventSource reads one. */
export class Listener {
  readonly blocks: Heard[] = [];
  /** All that came, as it came. */
  wire = '';
  ended = false;
  /** The last `id`. */
  last: string | undefined;
  private readonly aborting = new AbortController();
  private unread = '';

  private constructor(
    private readonly response: Response,
    aborting: AbortController,
  ) {
    this.aborting = aborting;
    void this.read()
      .catch(() => undefined)
      .finally(() => (this.ended = true));
  }

  /** Answers the listener, or the answer that refused it. */
  static async open(
    origin: string,
    caller: Caller,
    { after, last, aborting = new AbortController() }: ListenerOptions = {},
  ): Promise<Listener> {
    const response = await fetch(`${origin}/api/v1/stream${after === undefined ? '' : `?after=${after}`}`, {
      headers: { ...caller.headers, ...(last === undefined ? {} : { 'last-event-id': last }) },
      signal: aborting.signal,
    });
    if (response.status !== 200) throw new Error(`the stream answered ${response.status}: ${await response.text()}`);
    const listener = new Listener(response, aborting);
    await until(() => listener.last !== undefined || listener.ended || after !== undefined || last !== undefined);
    return listener;
  }

  static of({ app }: System, caller: Caller, from?: ListenerOptions): Promise<Listener> {
    return Listener.open(app.origin, caller, from);
  }

  get headers(): Headers {
    return this.response.headers;
  }

  /** Events of tickets, in their order. */
  get events(): Heard[] {
    return this.blocks.filter(({ event }) => /^(?:ticket|comment)\./.test(event ?? ''));
  }

  /** Resolves with the events once there are so many. */
  async heard(count: number): Promise<Heard[]> {
    await until(
      () => this.events.length >= count,
      () => this.blocks,
    );
    return this.events;
  }

  hang(): void {
    this.aborting.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(chunk, { stream: true });
      this.wire += text;
      const blocks = (this.unread + text).split('\n\n');
      this.unread = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => {
        const [name = '', value = ''] = line.split(/: ?(.*)/s);
        return name === '' ? ['comment', value] : [name, value];
      }),
    );
    if (fields.id !== undefined) this.last = fields.id;
    this.blocks.push({
      ...fields,
      ...(fields.data !== undefined && { data: JSON.parse(fields.data) }),
      ...(fields.retry !== undefined && { retry: Number(fields.retry) }),
    });
  }
}
