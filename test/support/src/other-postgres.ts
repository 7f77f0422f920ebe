import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import { serverFolder } from '../server-folder.mjs';

/** Another PostgreSQL beside the one of all tests. */
export class OtherPostgres {
  private constructor(
    private readonly folder: string,
    private readonly server: EmbeddedPostgres,
  ) {}

  /** `password` is the superuser's. */
  static async start(password = 'second', settings: Readonly<Record<string, string>> = {}): Promise<OtherPostgres> {
    const folder = await serverFolder('other');
    const dataDir = join(folder, 'postgres');
    return new OtherPostgres(folder, await startEmbeddedPostgres({ dataDir, password, volatile: true, settings }));
  }

  /** As the superuser, to the database `postgres`. */
  get adminUrl(): string {
    return this.server.adminUrl;
  }

  get port(): number {
    return this.server.port;
  }

  async remove(): Promise<void> {
    await this.server.stop('immediate');
    await rm(this.folder, { recursive: true, force: true });
  }
}
