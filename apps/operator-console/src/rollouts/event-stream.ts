/** One event of a stream, its data as it came. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** Reads a stream of events as the HTML standard describes it, until it ends; comments are signs of life. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  hear: (event: ServerEvent) => void,
  alive: () => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  let type = '';
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (type !== '') hear({ type, data: data.join('\n') });
        type = '';
        data = [];
      } else if (line.startsWith('event: ')) type = line.slice(7);
      else if (line.startsWith('data: ')) data.push(line.slice(6));
    }
  }
}
