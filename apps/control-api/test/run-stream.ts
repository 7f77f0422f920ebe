import type { Caller } from '@helpdeskly/testing';

export interface RunEvent {
  readonly event: string;
  readonly data: any;
}

/** A client of a migration run's stream. */
export class RunStream {
  readonly events: RunEvent[] = [];
  ended = false;

  static async open(origin: string, caller: Caller, id: string): Promise<RunStream> {
    const response = await fetch(`${origin}/api/v1/migration-runs/${id}/events`, { headers: caller.headers });
    if (response.status !== 200) throw new Error(`the stream answered ${response.status}: ${await response.text()}`);
    const stream = new RunStream();
    void stream
      .read(response)
      .catch(() => undefined)
      .finally(() => (stream.ended = true));
    return stream;
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let unread = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (unread + decoder.decode(chunk, { stream: true })).split('\n\n');
      unread = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (event !== undefined) this.events.push({ event, data: JSON.parse(data ?? 'null') });
      }
    }
  }
}
