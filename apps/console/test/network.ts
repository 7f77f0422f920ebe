import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between browsers and a server, and can be cut: a browser's own offline switch leaves open streams alone. */
export class Network {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly listener: Server) {}

  static async before(server: string): Promise<Network> {
    const { hostname, port } = new URL(server);
    const listener = createServer();
    const network = new Network(listener);
    listener.on('connection', (client) => {
      if (network.isCut) return client.destroy();
      const upstream = connect(Number(port), hostname);
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        network.sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          network.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return network;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }
}
