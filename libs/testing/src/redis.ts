import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@helpdeskly/embedded-postgres';
import { ServerProcess } from './server-process.js';

export interface RunningRedis {
  readonly url: string;
  /** To kill it, stop it for a while, and start it again where it was. */
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

/** A real Redis on a port of its own. It keeps nothing beyond its end unless `durable`: then every write, as in production. */
export async function startRedis({ durable = false }: { durable?: boolean } = {}): Promise<RunningRedis> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-redis-'));
  const keeping = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...keeping];
  const server = new ServerProcess('redis-server', [...args, '--maxmemory-policy', 'noeviction'], port);
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    process: server,
    async stop() {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
