/** One block of a stream. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface Block {
  /** Where the stream goes on after it. */
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
  /** Milliseconds after which a client connects again. */
  readonly retry?: number;
  readonly comment?: string;
}

/** A block as it is sent. JSON has no line break in it, so `data` is one line. */
export function toBlock({ comment, retry, id, event, data }: Block): string {
  const lines: string[] = [];
  if (comment !== undefined) lines.push(`: ${comment}`);
  if (retry !== undefined) lines.push(`retry: ${retry}`);
  if (id !== undefined) lines.push(`id: ${id}`);
  if (event !== undefined) lines.push(`event: ${event}`);
  if (data !== undefined) lines.push(`data: ${JSON.stringify(data)}`);
  return `${lines.join('\n')}\n\n`;
}

const soonestMs = 500;
const latestMs = 3000;

/** So that those whom a process let go of do not come back in the same moment. */
export function jitteredRetry(): number {
  return Math.round(soonestMs + Math.random() * (latestMs - soonestMs));
}
