import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 60_000;

/** A server of somebody else's that a test starts, kills and starts again, always on the same port. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private gone: Promise<void> = Promise.resolve();
  private output = '';

  constructor(
    private readonly program: string,
    private readonly args: readonly string[],
    readonly port: number,
    private readonly options: SpawnOptions = {},
  ) {}

  /** Resolves when it takes connections. Throws with what it said when it ends instead. */
  async start(): Promise<void> {
    const child = spawn(this.program, this.args, { ...this.options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    const hear = (said: Buffer) => (this.output = (this.output + said.toString()).slice(-20_000));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    let ended = false;
    this.gone = new Promise((resolve) => {
      const end = () => {
        ended = true;
        resolve();
      };
      child.once('exit', end).once('error', end);
    });
    const deadline = Date.now() + patienceMs;
    while (!(await answers(this.port))) {
      if (ended || Date.now() > deadline) {
        await this.end('SIGKILL');
        throw new Error(`${this.program} did not start:\n${this.output}`);
      }
      await sleep(20);
    }
  }

  /** The last of what it has printed. */
  get log(): string {
    return this.output;
  }

  /** Resolves when it has gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    await this.gone;
  }

  /** Without waiting for anything, as SIGSTOP and SIGCONT want it. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
