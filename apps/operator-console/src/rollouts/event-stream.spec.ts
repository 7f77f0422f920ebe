import { describe, expect, it } from '@jest/globals';
import { readEvents, type ServerEvent } from './event-stream.js';

async function eventsOf(...chunks: readonly string[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const each of bytes) controller.enqueue(each);
      controller.close();
    },
  });
  await readEvents(
    body,
    (event) => events.push(event),
    () => undefined,
  );
  return events;
}

describe('readEvents', () => {
  it('tells each event with its data, and no comment', async () => {
    const text = ': hello\nretry: 500\n\nevent: progress\ndata: {"a":1}\n\n: here\n\nevent: ended\ndata: {}\n\n';
    expect(await eventsOf(text)).toEqual([
      { type: 'progress', data: '{"a":1}' },
      { type: 'ended', data: '{}' },
    ]);
  });

  it('puts together what arrives in pieces, and what stands on several lines', async () => {
    expect(await eventsOf('event: prog', 'ress\nda', 'ta: 1\ndata: 2\n', '\n')).toEqual([
      { type: 'progress', data: '1\n2' },
    ]);
  });

  it('tells nothing of an event that was cut off', async () => {
    expect(await eventsOf('event: progress\ndata: 1\n')).toEqual([]);
  });
});
