import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareTenantServer, startEmbeddedPostgres, type EmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import { serverFolder } from '../server-folder.mjs';
import { administrator } from './administrator.js';
import { StartingServer } from './starting-server.js';

type Settings = Readonly<Record<string, string>>;

/**
 * A PostgreSQL of a test file's own, on which its installations are made from then on: one that is going to crash, or
 * whose connections are counted. What it has committed outlives its own crash, though not the machine's.
 */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
    private readonly settings: Settings,
  ) {}

  /** `prepared` for tenants' databases, as an installation's server is, unless the test does so. */
  static async start({
    prepared = true,
    settings = {},
  }: { prepared?: boolean; settings?: Settings } = {}): Promise<OwnPostgres> {
    const folder = await serverFolder('own');
    const server = await launch(folder, settings);
    if (prepared) await prepareTenantServer(server.adminUrl, administrator.password);
    process.env.HELPDESKLY_TEST_ADMIN_URL = server.adminUrl;
    return new OwnPostgres(folder, server, settings);
  }

  /** As the superuser, to the database `postgres`. */
  get adminUrl(): string {
    return this.server.adminUrl;
  }

  async crash(): Promise<void> {
    await this.server.stop('immediate');
  }

  /** Where it was before. */
  async startAgain(): Promise<void> {
    const { port } = this.server;
    this.server = await launch(this.folder, this.settings, port);
    if (this.server.port !== port) throw new Error(`the port ${port} was taken meanwhile`);
  }

  /** Starts it anew, held in its start until what this answers is called. */
  async startHeld(): Promise<() => Promise<void>> {
    await this.server.stop();
    const held = await StartingServer.in(join(this.folder, 'postgres'));
    const starting = launch(this.folder, this.settings, this.server.port);
    return async () => {
      await held.promote();
      this.server = await starting;
    };
  }

  async remove(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function launch(folder: string, settings: Settings, port?: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'test',
    ...(port === undefined ? {} : { preferredPort: port }),
    settings: { fsync: 'off', ...settings },
  });
}
