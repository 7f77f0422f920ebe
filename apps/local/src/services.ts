import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PortPlan } from './environment.js';
import { StartFailed } from './stop.js';

interface Service {
  readonly name: 'control-api' | 'app-api';
  readonly child: ChildProcess;
  readonly origin: string;
  readonly logFile: string;
}

const stopMs = 15_000;

/** The two APIs as processes of their own; what they log goes to files. */
export class Services {
  /** Rejects when one of them ends by itself. */
  readonly firstDeath: Promise<never>;
  readonly origins: { readonly controlApi: string; readonly appApi: string };
  private readonly services: Service[] = [];
  private died!: (error: Error) => void;
  private stopping = false;

  constructor(
    private readonly folder: string,
    private readonly environment: Record<string, string | undefined>,
    ports: PortPlan,
  ) {
    const host = ports.host === '0.0.0.0' || ports.host === '::' ? '127.0.0.1' : ports.host.includes(':') ? `[${ports.host}]` : ports.host;
    this.origins = { controlApi: `http://${host}:${ports.CONTROL_API_PORT}`, appApi: `http://${host}:${ports.APP_API_PORT}` };
    this.firstDeath = new Promise((_, reject) => (this.died = reject));
    this.firstDeath.catch(() => undefined); // Waited for by main.
  }

  /** Resolves when both are ready. Throws StartFailed with the last lines of its log when one of them is not to be. */
  async start(): Promise<void> {
    this.services.push(this.launch('control-api', this.origins.controlApi), this.launch('app-api', this.origins.appApi));
    await Promise.race([Promise.all(this.services.map((service) => ready(service))), this.firstDeath]);
  }

  /** They answer what they have accepted, and end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.services.map(({ child }) => end(child)));
  }

  private launch(name: Service['name'], origin: string): Service {
    const logFile = join(this.folder, 'logs', `${name}.log`);
    const log = openSync(logFile, 'a', 0o600);
    const main = fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url));
    // In a session of its own, so that a terminal's Ctrl-C reaches it through us alone; over a channel, so that it ends when we are killed.
    const child = spawn(process.execPath, [main], { detached: true, stdio: ['ignore', log, log, 'ipc'], env: this.environment });
    closeSync(log);
    child.on('error', (error) => this.died(error));
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      void lastLines(logFile).then((lines) => this.died(new StartFailed(`${name} has ended with ${signal ?? code}:\n${lines}`)));
    });
    return { name, child, origin, logFile };
  }
}

async function ready({ name, child, origin, logFile }: Service): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && child.exitCode === null; await sleep(25)) {
    const answer = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined); // Not listening yet.
    if (answer?.ok === true) return;
  }
  if (child.exitCode === null) throw new StartFailed(`${name} is not ready after a minute. Its log: ${logFile}`);
  await new Promise(() => undefined); // Its end is told by `firstDeath`.
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(late);
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
}
