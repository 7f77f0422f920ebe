import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@helpdeskly/embedded-postgres';
import { ServerProcess } from './server-process.js';

export interface RunningRedis {
  readonly url: string;
  /** To kill it, stop it for a while, and start it again where it was. */
  readonly process: ServerProcess;
  /** Sends a command of plain words, such as KEYS *, and gives back what it answers. */
  command(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Keeps every write beyond its end, as in production. */
  readonly durable?: boolean;
  /** More of its own arguments. */
  readonly args?: readonly string[];
}

/** A real Redis on a port of its own. */
export async function startRedis({ durable = false, args = [] }: RedisOptions = {}): Promise<RunningRedis> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-redis-'));
  const keeping = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...keeping];
  const server = new ServerProcess('redis-server', [...where, '--maxmemory-policy', 'noeviction', ...args], port);
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    process: server,
    command: (...words) => ask(port, words.join(' ')),
    async stop() {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** By the inline form of Redis' protocol; the answer has come when the line falls silent. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString())).on('error', reject);
    socket.setTimeout(200, () => socket.end());
    socket.on('close', () => resolve(answer));
  });
}
