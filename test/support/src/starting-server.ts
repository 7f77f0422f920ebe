import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The data of a server that does not run, made to hold that server in its start: as a standby that nobody may read it answers
 * that it takes no connections yet, until it is promoted.
 */
export class StartingServer {
  private constructor(private readonly data: string) {}

  /** In the data folder of startEmbeddedPostgres. */
  static async in(dataDir: string): Promise<StartingServer> {
    const note = join(dataDir, 'LOCATION'); // Where root's server lives.
    const folder = existsSync(note) ? (await readFile(note, 'utf8')).trim() : dataDir;
    const data = join(folder, 'data');
    await writeFile(join(data, 'standby.signal'), '', { mode: 0o666 });
    await writeFile(join(data, 'postgresql.auto.conf'), "hot_standby = 'off'\n");
    return new StartingServer(data);
  }

  /** Lets it serve. */
  async promote(): Promise<void> {
    await writeFile(join(this.data, 'promote'), '', { mode: 0o666 });
    process.kill(await this.pid(), 'SIGUSR1');
  }

  get runs(): boolean {
    return existsSync(join(this.data, 'postmaster.pid'));
  }

  async pid(): Promise<number> {
    return Number((await readFile(join(this.data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }
}
