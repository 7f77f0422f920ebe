import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveStream, type Ending } from './live-stream.js';

const owner = { userId: 'u', sessionId: 's', role: 'AGENT' } as const;
const block = `${'x'.repeat(16_382)}\n\n`;
const mostUnsent = 262_144;

let server: Server;
let client: Socket;
let response: ServerResponse;
let endings: Ending[];
let stream: LiveStream;

/** A client that sends a request, and reads nothing of the answer until it is told to. */
beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const requested = once(server, 'request') as Promise<[unknown, ServerResponse]>;
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined); // It is cut off.
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  [, response] = await requested;
  endings = [];
  stream = new LiveStream(response, owner, (ending) => endings.push(ending));
});
afterEach(() => {
  client.destroy();
  server.close();
});

/** Lets the kernel take what it takes. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the stream of a client that does not read', () => {
  it('is cut off before more than 256 KB wait, whatever the kernel has taken', async () => {
    let most = 0;
    for (let n = 0; n < 10_000 && !stream.ended; n++) {
      stream.send(block);
      if (!stream.ended) most = Math.max(most, response.writableLength);
      await turn();
    }
    expect(endings).toEqual(['slow']);
    expect(most).toBeLessThanOrEqual(mostUnsent);
    expect(response.destroyed).toBe(true);
  });

  it('is not ready for more when 64 KB wait, and is cut off when nothing leaves for 30 seconds', async () => {
    while (stream.ready) {
      stream.send(block);
      await turn();
    }
    const now = performance.now();
    stream.look(now);
    stream.look(now + 29_000);
    expect(endings).toEqual([]);
    stream.look(now + 31_000);
    expect(endings).toEqual(['slow']);
  });

  it('goes on when the client reads again', async () => {
    while (stream.ready) {
      stream.send(block);
      await turn();
    }
    const drained = new Promise<void>((resolve) => stream.onDrain(resolve));
    client.resume();
    await drained;
    expect(stream.ready).toBe(true);
    stream.look(performance.now() + 60_000);
    expect(endings).toEqual([]);
  });

  it('is destroyed soon after it was ended', async () => {
    while (stream.ready) {
      stream.send(block);
      await turn();
    }
    stream.end('session');
    await once(response, 'close');
    expect(response.destroyed).toBe(true);
    expect(endings).toEqual(['session']);
  });
});

describe('a stream', () => {
  it('whose client leaves ends once', async () => {
    client.destroy();
    await once(response, 'close');
    stream.end('shutdown');
    stream.send(block);
    expect(endings).toEqual(['client']);
  });

  it('whose client left before it began ends when it is looked at', async () => {
    client.destroy();
    await once(response, 'close');
    const late: Ending[] = [];
    const begun = new LiveStream(response, owner, (ending) => late.push(ending));
    begun.send(block);
    begun.look(performance.now());
    begun.look(performance.now());
    expect(late).toEqual(['client']);
    expect(begun.ended).toBe(true);
  });
});
