import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to connections: let through, refused as by a server that is down, or accepted and never answered. */
type Treatment = 'pass' | 'refuse' | 'ignore';

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  application: string;
  treatment: Treatment;
}

/** Stands between pg and PostgreSQL, and fails as networks do: for all connections, or by `application_name`. */
export class DatabaseProxy {
  private readonly connections = new Set<Connection>();
  private readonly treatments = new Map<string | undefined, Treatment>();
  private readonly held = new Set<string>();
  private readonly asked: { readonly application: string; readonly text: string }[] = [];

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
  ) {}

  /** Before the server of `url`. */
  static async start(url: string): Promise<DatabaseProxy> {
    const listener = createServer();
    const proxy = new DatabaseProxy(listener, new URL(url));
    listener.on('connection', (client) => proxy.accept(client));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  /** `url` by way of this proxy. */
  through(url: string): string {
    const { port } = this.listener.address() as AddressInfo;
    const through = new URL(url);
    through.host = `127.0.0.1:${port}`;
    return through.href;
  }

  /** From now on; present connections are cut when they would not be let through. */
  treat(treatment: Treatment, application?: string): void {
    if (application === undefined) this.treatments.clear();
    this.treatments.set(application, treatment);
    for (const connection of this.of(application)) {
      if (treatment === 'refuse') this.cut(connection);
      else connection.treatment = treatment;
    }
  }

  /** Keeps PostgreSQL's answers back, while questions go through. */
  hold(application: string): void {
    this.held.add(application);
    for (const { server } of this.of(application)) server.pause();
  }

  release(application: string): void {
    this.held.delete(application);
    for (const { server } of this.of(application)) server.resume();
  }

  /** Cuts the connections of an application, as a restart would; new ones are let through. */
  cutAll(application: string): void {
    for (const connection of this.of(application)) this.cut(connection);
  }

  /** How often an application sent something that contains `text`. */
  count(application: string, text: string): number {
    return this.asked.filter((message) => message.application === application && message.text.includes(text)).length;
  }

  async close(): Promise<void> {
    this.listener.close();
    this.treat('refuse');
    await once(this.listener, 'close');
  }

  private of(application: string | undefined): Connection[] {
    return [...this.connections].filter(
      (connection) => application === undefined || connection.application === application,
    );
  }

  private accept(client: Socket): void {
    const server = connect({
      host: this.target.hostname,
      port: Number(this.target.port || 5432),
      allowHalfOpen: false,
    });
    const connection: Connection = { client, server, application: '', treatment: 'pass' };
    this.connections.add(connection);
    for (const socket of [client, server])
      socket.on('error', () => this.cut(connection)).on('close', () => this.cut(connection));
    client.once('data', (startup) => {
      connection.application = /application_name\0([^\0]*)\0/.exec(startup.toString('latin1'))?.[1] ?? '';
      connection.treatment = this.treatments.get(connection.application) ?? this.treatments.get(undefined) ?? 'pass';
      if (connection.treatment === 'refuse') return this.cut(connection);
      if (this.held.has(connection.application)) server.pause();
      this.forward(connection, startup);
      client.on('data', (bytes) => this.forward(connection, bytes));
    });
    server.on('data', (bytes) => {
      if (connection.treatment === 'pass') client.write(bytes);
    });
  }

  private forward(connection: Connection, bytes: Buffer): void {
    if (connection.treatment !== 'pass') return;
    this.asked.push({ application: connection.application, text: bytes.toString('latin1') });
    connection.server.write(bytes);
  }

  private cut(connection: Connection): void {
    this.connections.delete(connection);
    connection.client.destroy();
    connection.server.destroy();
  }
}
