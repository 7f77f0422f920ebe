import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PoolerConsole } from './pooler-console.js';

describe('a console that takes connections and says nothing', () => {
  let server: Server;
  let pooler: PoolerConsole;

  beforeAll(async () => {
    server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    pooler = new PoolerConsole(`postgres://pgbouncer:secret@127.0.0.1:${port}/pgbouncer`);
  });

  afterAll(() => void server.close());

  it.each([
    ['a pause', (withinMs: number) => pooler.pause('t_1', withinMs)],
    ['a closing', (withinMs: number) => pooler.disconnect('t_1', withinMs)],
  ])('fails %s when its time is over, and no later', async (_, tell) => {
    const ended: string[] = [];
    const failing = (name: string, withinMs: number) =>
      tell(withinMs).then(
        () => ended.push(`${name} succeeded`),
        () => ended.push(`${name} failed`),
      );
    await Promise.all([failing('long', 1500), failing('short', 50)]);
    expect(ended).toEqual(['short failed', 'long failed']);
  });
});
