import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { removeEmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import type { Runtime } from '../src/runtime.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** One run of what npm start runs, on free ports. It is compiled code: `npm test` compiles first. */
export class LocalStart {
  output = '';
  private readonly ended: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  static in(dataDir: string, environment: Readonly<Record<string, string>> = {}): LocalStart {
    const ports = {
      APP_API_PORT: '0',
      CONTROL_API_PORT: '0',
      APP_METRICS_PORT: '0',
      CONTROL_METRICS_PORT: '0',
      MAIL_SMTP_PORT: '0',
    };
    const env = { PATH: process.env.PATH, HELPDESKLY_DATA_DIR: dataDir, ...ports, ...environment };
    return new LocalStart(spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] }), dataDir);
  }

  /** What runtime.json says once everything runs. Throws with the output when the start ends before that. */
  async ready(): Promise<Runtime> {
    const file = join(this.dataDir, 'runtime.json');
    while (!existsSync(file)) {
      if (this.child.exitCode !== null) throw new Error(`the start ended with ${this.child.exitCode}:\n${this.output}`);
      await sleep(50);
    }
    return JSON.parse(await readFile(file, 'utf8')) as Runtime;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.ended;
  }

  async stop(): Promise<number | null> {
    this.signal('SIGINT');
    return this.exit();
  }

  /** Removes a data directory on which nothing runs any more. */
  static async remove(dataDir: string): Promise<void> {
    await removeEmbeddedPostgres(join(dataDir, 'postgres'));
    await rm(dataDir, { recursive: true, force: true });
  }
}
