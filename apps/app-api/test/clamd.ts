import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the server says of a file. */
type Verdict = (content: Buffer) => string;

/** Speaks clamd's protocol as far as INSTREAM goes: what is shown is put together, and answered by a rule of the test's. */
export class Clamd {
  /** What it was shown, by connection. */
  readonly seen: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  /** At a path of the file system, or at a free port. */
  static async start(verdict: Verdict, path?: string): Promise<Clamd> {
    const server = createServer();
    await new Promise<void>((resolve) =>
      path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
    );
    const clamd = new Clamd(server, path ?? `127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => clamd.serve(socket, verdict));
    return clamd;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket, verdict: Verdict): void {
    const command = Buffer.from('zINSTREAM\0');
    let input = Buffer.alloc(0);
    let offset = command.length;
    const pieces: Buffer[] = [];
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      input = Buffer.concat([input, chunk]);
      if (input.length >= command.length && !input.subarray(0, command.length).equals(command))
        return socket.end('UNKNOWN COMMAND\0');
      while (input.length >= offset + 4) {
        const length = input.readUInt32BE(offset);
        if (length === 0) {
          const content = Buffer.concat(pieces);
          this.seen.push(content);
          return void socket.end(`${verdict(content)}\0`);
        }
        if (input.length < offset + 4 + length) return;
        pieces.push(input.subarray(offset + 4, offset + 4 + length));
        offset += 4 + length;
      }
    });
  }
}
