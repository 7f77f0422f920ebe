import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports that no system assigns to outgoing connections (Linux begins at 32768, others later): such a port could be taken at any
 * moment between our check and the server's start.
 */
const quiet = { from: 20_000, below: 32_768 };
const tries = 50;

/** A free TCP port of the loopback interface; `preferred` if that one is free. */
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
