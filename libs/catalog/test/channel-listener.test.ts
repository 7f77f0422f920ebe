import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ChannelListener } from '../src/channel-listener.js';

it('tries again at growing intervals where every connection is cut off, and not at once', async () => {
  let attempts = 0;
  const server = createServer((socket) => {
    attempts++;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const nothing = () => undefined;
  const events = { listening: nothing, deaf: nothing, notified: nothing };
  const listener = new ChannelListener(`postgres://x:x@127.0.0.1:${port}/x`, 'x', events);
  await listener.start();
  await sleep(2000);
  await listener.close();
  server.close();
  expect(attempts).toBeGreaterThan(1);
  expect(attempts).toBeLessThan(10); // After 50, 100, 200, 400 and 800 ms, then each second.
});
