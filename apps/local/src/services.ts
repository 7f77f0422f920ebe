import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readAppConfig, readControlConfig } from '@helpdeskly/config';
import type { PortPlan, ServiceEnvironment } from './environment.js';
import { StartFailed } from './stop.js';

interface Service {
  readonly name: 'control-api' | 'app-api';
  readonly child: ChildProcess;
  readonly origin: string;
  readonly logFile: string;
}

const readyMs = 180_000;
/** What an API may take past its own deadline before it is killed. */
const graceMs = 3000;
const shownLines = 12;

/** The two APIs as processes of their own; what they log goes to files. */
export class Services {
  /** Rejects when one of them ends by itself. */
  readonly firstDeath: Promise<never>;
  readonly origins: { readonly controlApi: string; readonly appApi: string };
  private readonly services: Service[] = [];
  private readonly deadlineMs: number;
  private died!: (error: Error) => void;
  private stopping = false;

  /** Throws ConfigError, before anything is started, when a variable is wrong. `watch` restarts each of them when its code changes. */
  constructor(
    private readonly folder: string,
    private readonly environment: ServiceEnvironment,
    ports: PortPlan,
    private readonly watch: boolean,
  ) {
    readAppConfig(environment);
    this.deadlineMs = readControlConfig(environment).shutdownDeadlineMs;
    const host = ['0.0.0.0', '::'].includes(ports.host)
      ? '127.0.0.1'
      : ports.host.includes(':')
        ? `[${ports.host}]`
        : ports.host;
    this.origins = {
      controlApi: `http://${host}:${ports.CONTROL_API_PORT}`,
      appApi: `http://${host}:${ports.APP_API_PORT}`,
    };
    this.firstDeath = new Promise((_, reject) => (this.died = reject));
    this.firstDeath.catch(() => undefined); // Waited for by main.
  }

  /** Resolves when both are ready. Throws StartFailed with the last lines of its log when one of them is not to be. */
  async start(): Promise<void> {
    this.services.push(
      this.launch('control-api', this.origins.controlApi),
      this.launch('app-api', this.origins.appApi),
    );
    await Promise.race([Promise.all(this.services.map((service) => ready(service))), this.firstDeath]);
  }

  /** They answer what they have accepted, and end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.services.map(({ child }) => end(child, this.deadlineMs + graceMs)));
  }

  private launch(name: Service['name'], origin: string): Service {
    const logFile = join(this.folder, 'logs', `${name}.log`);
    const log = openSync(logFile, 'a', 0o600);
    const begin = fstatSync(log).size;
    const main = fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url));
    // In a session of its own, so that a terminal's Ctrl-C reaches it through us alone; over a channel, so that it ends when we are killed.
    const child = spawn(process.execPath, [...(this.watch ? ['--watch', '--watch-preserve-output'] : []), main], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: this.environment,
    });
    closeSync(log);
    child.on('error', (error) => this.died(error));
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      void lastLines(logFile, begin).then((lines) =>
        this.died(new StartFailed(`${name} has ended with ${signal ?? code}:\n${lines}`)),
      );
    });
    return { name, child, origin, logFile };
  }
}

async function ready({ name, child, origin, logFile }: Service): Promise<void> {
  for (const deadline = Date.now() + readyMs; Date.now() < deadline && child.exitCode === null; await sleep(25)) {
    const answer = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined); // Not listening yet.
    if (answer?.ok === true) return;
  }
  if (child.exitCode === null) throw new StartFailed(`${name} is not ready after three minutes. Its log: ${logFile}`);
  await new Promise(() => undefined); // Its end is told by `firstDeath`.
}

async function end(child: ChildProcess, withinMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await ended;
  clearTimeout(late);
}

/** What this run has to say for itself: the reason stands in plain text, everything else is JSON. */
async function lastLines(file: string, begin: number): Promise<string> {
  const text = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(begin).toString();
  const lines = text.trimEnd().split('\n');
  const plain = lines.filter((line) => !line.startsWith('{"level":'));
  return (plain.some((line) => line !== '') ? plain : lines).slice(-shownLines).join('\n');
}
