import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Acceptor } from '@helpdeskly/service';
import type { HttpLoad } from './http-metrics.js';

const patienceMs = 1000;
const shortTurnMs = 1;
/** How long a new connection may stay silent: a proxy that has just connected is about to send its request. */
const silenceMs = 200;

/**
 * The requests of a server. It drains as soon as accepted requests are answered. Node's own close waits for every
 * connection without a request, such as those that browsers open ahead, until it times out.
 */
export class AcceptedRequests implements Acceptor {
  readonly name = 'requests';
  private readonly requests = new Map<Socket, number>();
  /** Connections without a request yet. */
  private readonly silent = new Set<Socket>();
  private arrivals = 0;
  private closing = false;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.arrivals++;
      this.requests.set(socket, 0);
      this.silent.add(socket);
      socket.once('close', () => {
        this.requests.delete(socket);
        this.silent.delete(socket);
      });
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.arrivals++;
      this.silent.delete(socket);
      this.count(socket, 1);
      response.once('close', () => this.count(socket, -1));
    });
  }

  running(): number {
    let sum = 0;
    for (const requests of this.requests.values()) sum += requests;
    return sum;
  }

  /** The server's current load. */
  get load(): HttpLoad {
    return { connections: this.requests.size, requests: this.running() };
  }

  async drain(): Promise<void> {
    if (!this.server.listening) return;
    await this.quietTurn();
    this.closing = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const [socket, requests] of this.requests) if (requests === 0 && !this.silent.has(socket)) socket.destroy();
    const late = setTimeout(() => this.silent.forEach((socket) => socket.destroy()), silenceMs);
    await closed;
    clearTimeout(late);
  }

  /**
   * Resolves after a turn of the event loop in which nothing arrived. Closing a listening socket resets every
   * connection that the kernel has accepted and Node has not; closing an idle connection resets it if it
   * holds an unread request. Right after such a turn there is neither.
   */
  private async quietTurn(): Promise<void> {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
      const { arrivals } = this;
      const since = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.arrivals === arrivals && performance.now() - since < shortTurnMs) return;
    }
  }

  /** An answer that began before the process drained could not announce that its connection ends. */
  private count(socket: Socket, step: number): void {
    const requests = (this.requests.get(socket) ?? 0) + step;
    if (!this.requests.has(socket)) return;
    this.requests.set(socket, requests);
    if (this.closing && requests === 0) socket.destroySoon();
  }
}
