import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports that no system gives to outgoing connections by itself (Linux begins at 32768, others later): between the look and the
 * listening, one of those could be taken at any moment.
 */
const quiet = { from: 20_000, below: 32_768 };
const tries = 50;

/** A TCP port of the loopback interface that nobody listens on at the moment; `preferred` when that one is free. */
export async function freePort(preferred = 0): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const wanted = attempt === 0 && preferred > 0 ? preferred : randomInt(quiet.from, quiet.below);
    const port = await tryPort(wanted);
    if (port !== undefined) return port;
  }
  return (await tryPort(0)) ?? 0;
}

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await tryPort(port, host)) !== undefined;
}

function tryPort(port: number, host = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
