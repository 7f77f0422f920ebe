import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OtherBuild } from './other-build.js';

const mains = {
  'app-api': '../../../apps/app-api/dist/main.js',
  'app-mail': '../../../apps/app-api/dist/mail.js',
  'app-worker': '../../../apps/app-api/dist/worker.js',
  'control-api': '../../../apps/control-api/dist/main.js',
  'control-worker': '../../../apps/control-api/dist/worker.js',
} as const;

/** In which a process must listen: it takes a second on a quiet machine. */
const patienceMs = 120_000;

/** What hangs is cut off by it; a busy machine may need more than the ten seconds that supervisors give. */
const shutdownDeadline = '60s';

export interface LogLine {
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** One of the services as a process of its own. It is compiled code, which `npm test` makes first, or the app API of another build. */
export class ServiceProcess {
  private readonly ended: Promise<number | null>;
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  /** Resolves when it listens, or works. Throws with what it wrote when it ends before that, or takes too long. */
  static async start(
    build: keyof typeof mains | OtherBuild,
    environment: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess> {
    const env = { PATH: process.env.PATH, SHUTDOWN_DEADLINE: shutdownDeadline, ...environment, LOG_LEVEL: 'info' };
    const [name, command] =
      typeof build === 'string'
        ? [build, [fileURLToPath(new URL(mains[build], import.meta.url))]]
        : ['another build', build.command];
    const service = new ServiceProcess(spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    const deadline = Date.now() + patienceMs;
    while (service.line(/listening$|^working$/) === undefined) {
      if (service.hasEnded || Date.now() > deadline) {
        service.signal('SIGKILL');
        throw new Error(`${name} did not start:\n${service.output}`);
      }
      await sleep(50);
    }
    return service;
  }

  /** Where it answers; empty for what has no API. */
  get origin(): string {
    const url = this.line(/listening$/)?.url;
    return typeof url === 'string' ? url : '';
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has logged so far. */
  get log(): readonly LogLine[] {
    return this.output.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return []; // Half a line, or what Node itself says.
      }
    });
  }

  /** The first line whose message fits. */
  line(message: RegExp): LogLine | undefined {
    return this.log.find(({ msg }) => msg !== undefined && message.test(msg));
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.ended;
  }

  /** As a supervisor stops it. Nothing to do when it has ended. What it complained of is shown if it ends badly. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    const code = await this.exit();
    if (code !== 0 && code !== null)
      process.stderr.write(`A service ended with ${code}:\n${this.output.split('\n').slice(-20).join('\n')}\n`);
    return code;
  }
}
