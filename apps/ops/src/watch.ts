import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.js';
import type { ApiRequest } from './command-options.js';
import { Ended, exits } from './exits.js';
import { ProgressLine, type Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';

interface Run extends Progress {
  readonly statusReason?: string | null;
}

const reconnectMs = 1000;

/** Follows a stream of progress until it has ended: a bar on a terminal, else a line for each change. Throws Ended. */
export async function watch(
  surroundings: Surroundings,
  api: ApiClient,
  request: ApiRequest,
  json: boolean,
): Promise<void> {
  const line = new ProgressLine(surroundings, (text) => surroundings.output.write(text));
  for (;;) {
    const response = await api.call(request, { accept: 'text/event-stream' });
    for await (const { event, data } of eventsOf(response, surroundings.signal)) {
      if (event !== 'progress' && event !== 'ended') continue;
      const run = JSON.parse(data) as Run;
      if (json) surroundings.output.write(`${JSON.stringify(run)}\n`);
      else line.show(run);
      if (event !== 'ended') continue;
      line.end();
      if (run.status !== 'SUCCEEDED')
        throw new Ended(exits.failed, `It ended as ${run.status}: ${run.statusReason ?? ''}`);
      return;
    }
    await sleep(reconnectMs, undefined, { signal: surroundings.signal }); // The server is about to end, or the connection broke.
  }
}

/** The blocks of a stream until it ends or is cut. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function* eventsOf(
  { body }: Response,
  signal: AbortSignal,
): AsyncGenerator<{ event: string; data: string }, void> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of untilCut(body, signal)) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const of = (name: string) =>
        lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
      yield { event: of('event')[0] ?? 'message', data: of('data').join('\n') };
    }
  }
}

async function* untilCut(body: NonNullable<Response['body']>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      });
      if (next === undefined || next.done) return;
      yield next.value as Uint8Array;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // It was cut.
  }
}
