import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { HttpLoad } from './http-metrics.js';

/**
 * Lets a server close as soon as its accepted requests are answered. Node's own close waits for every connection that has
 * not carried a request yet, as browsers open them ahead, until it times out.
 */
export class Draining {
  private readonly requests = new Map<Socket, number>();
  private begun = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.requests.set(socket, 0);
      socket.once('close', () => this.requests.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => this.count(socket, -1));
    });
  }

  /** Whether connections are to end with the answer they carry. */
  get active(): boolean {
    return this.begun;
  }

  /** What is on the server now. */
  get load(): HttpLoad {
    let requests = 0;
    for (const count of this.requests.values()) requests += count;
    return { connections: this.requests.size, requests };
  }

  begin(): void {
    this.begun = true;
    for (const [socket, requests] of this.requests) if (requests === 0) socket.destroy();
  }

  private count(socket: Socket, step: number): void {
    const requests = this.requests.get(socket);
    if (requests !== undefined) this.requests.set(socket, requests + step);
  }
}

/** Begins to drain a server's connections when Fastify begins to close. */
export function drainOnClose(server: FastifyInstance): Draining {
  const draining = new Draining(server.server);
  server.addHook('preClose', (done) => {
    draining.begin();
    done();
  });
  return draining;
}
