import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@helpdeskly/embedded-postgres';
import { until } from './until.js';

const example = new URL('../../../docker/nginx/helpdeskly.conf', import.meta.url);
/** Such as `connect() failed (111: Connection refused)` or `upstream prematurely closed connection`. */
const complaint = /\[error\] [^*]*\*\d+ (.*?) (?:while|\()/g;

/** A real nginx with the configuration of this repository, in front of two processes by their ports. */
export class Nginx {
  private constructor(
    readonly origin: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(ports: readonly number[]): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-nginx-'));
    const port = await freePort();
    const replacements = [
      [/listen +80;/, `listen 127.0.0.1:${port};`],
      [/127\.0\.0\.1:3000/, `127.0.0.1:${ports[0]}`],
      [/127\.0\.0\.1:3010/, `127.0.0.1:${ports[1]}`],
    ] as const;
    let site = await readFile(example, 'utf8');
    for (const [from, to] of replacements) {
      if (!from.test(site)) throw new Error(`${example.pathname} does not hold ${from.source}`);
      site = site.replace(from, to);
    }
    await writeFile(join(folder, 'helpdeskly.conf'), site);
    const main = join(folder, 'nginx.conf');
    await writeFile(main, mainConfiguration(folder));
    const child = spawn('nginx', ['-p', folder, '-c', main, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, folder, child);
    await until(async () => (await fetch(nginx.origin).catch(() => undefined)) !== undefined);
    return nginx;
  }

  /** How often it turned to the other process, and because of what. */
  async turns(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [, reason = ''] of (await readFile(join(this.folder, 'error.log'), 'utf8')).matchAll(complaint))
      counts[reason] = (counts[reason] ?? 0) + 1;
    return counts;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGQUIT');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

const mainConfiguration = (folder: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  include ${folder}/helpdeskly.conf;
}
`;
