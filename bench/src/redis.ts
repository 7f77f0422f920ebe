import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@helpdeskly/embedded-postgres';
import { ended } from './system.js';

export interface Redis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Undefined where redis-server is not installed. */
export async function startRedis(): Promise<Redis | undefined> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-redis-'));
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    await remove();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const stop = async () => {
    await ended(child, 'SIGTERM');
    await remove();
  };
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    if (await listens(port)) return { url: `redis://127.0.0.1:${port}`, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error('redis-server did not start');
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });
}
