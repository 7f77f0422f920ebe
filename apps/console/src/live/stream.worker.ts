// One for each browser and person: all their tabs hear the same stream, so that a browser never runs out of connections, and a
// tab that sleeps loses nothing for the others.
import { type LiveMessage, Stream } from './stream.js';

export type FromPage =
  { readonly kind: 'token'; readonly token: string } | { readonly kind: 'hurry' } | { readonly kind: 'leave' };

const ports = new Set<MessagePort>();
/** Those that came while it was down: they have read before they could hear, so the stream begins for them. */
const newcomers = new Set<MessagePort>();
let isUp = false;

const stream = new Stream((message) => {
  if (message.kind === 'up') isUp = true;
  if (message.kind === 'down' || message.kind === 'ended') isUp = false;
  for (const port of ports)
    port.postMessage(message.kind === 'up' && newcomers.delete(port) ? { ...message, fresh: true } : message);
});

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  ports.add(port);
  port.onmessage = ({ data }: MessageEvent<FromPage>) => {
    if (data.kind === 'token') stream.give(data.token);
    if (data.kind === 'hurry') stream.hurry();
    if (data.kind === 'leave') stream.stop();
  };
  if (isUp) port.postMessage({ kind: 'up', fresh: true } satisfies LiveMessage);
  else newcomers.add(port);
});
addEventListener('online', () => stream.hurry());
