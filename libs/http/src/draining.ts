import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

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

  begin(): void {
    this.begun = true;
    for (const [socket, requests] of this.requests) if (requests === 0) socket.destroy();
  }

  private count(socket: Socket, step: number): void {
    const requests = this.requests.get(socket);
    if (requests !== undefined) this.requests.set(socket, requests + step);
  }
}
