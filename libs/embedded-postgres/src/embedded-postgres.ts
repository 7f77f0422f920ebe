import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { place } from './data-folder.js';
import { stopOrphan } from './orphan.js';
import { freePort } from './ports.js';
import { becomesReady, type Patience } from './readiness.js';
import { type ServerUser, serverUser } from './server-user.js';

/** Waits without limit for a server that recovers after a crash; `signal` ends the wait, and the server. */
export interface EmbeddedPostgresOptions extends Patience {
  /** A folder for this server only; it is created if necessary. */
  readonly dataDir: string;
  /** The superuser's password (user `postgres`). It must stay the same for a folder. */
  readonly password: string;
  /** Used if it is free. */
  readonly preferredPort?: number;
  /** For tests only: gives up durability for speed, and ends the server with this process, however that ends. */
  readonly volatile?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

const startAttempts = 4;
/** A server must write something to its log within this time, at least that it is starting. */
const silenceMs = 60_000;
const stopMs = 15_000;
const run = promisify(execFile);

/** A PostgreSQL server from the package registry, in its own process session: a terminal's Ctrl-C does not reach it. */
export class EmbeddedPostgres {
  constructor(
    /** The superuser's URL, with the database `postgres`. */
    readonly adminUrl: string,
    readonly logFile: string,
    private readonly server: ChildProcess,
    private readonly lifeline?: ChildProcess,
  ) {}

  get port(): number {
    return Number(new URL(this.adminUrl).port);
  }

  get pid(): number | undefined {
    return this.server.pid;
  }

  /** Resolves when the server has ended, by itself or not. */
  get ended(): Promise<void> {
    return hasEnded(this.server)
      ? Promise.resolve()
      : new Promise((resolve) => this.server.once('exit', () => resolve()));
  }

  /** `fast` ends sessions and writes a checkpoint, `immediate` is a crash. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    this.lifeline?.kill('SIGKILL');
    if (hasEnded(this.server)) return;
    this.server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    const late = sleep(stopMs, undefined, { ref: false }).then(() => this.server.kill('SIGQUIT'));
    await Promise.race([this.ended, late.then(() => this.ended)]);
  }
}

/**
 * Starts the server of a data folder; initdb creates a new folder. It first stops a server that an earlier start left running
 * there. As root it runs the server as an unprivileged user, and stores what that user could not reach outside of the
 * folder, under /var/lib/helpdeskly.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = await serverUser();
  const { folder, native } = await place(options.dataDir, user);
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(native, folder, data, user, options);
  await stopOrphan(data, options.onWait);
  const logFile = join(folder, 'server.log');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.preferredPort);
    const child = await launch(native, data, logFile, port, user, options);
    const lifeline = options.volatile === true ? tieToThisProcess(child) : undefined;
    const adminUrl = `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
    const server = new EmbeddedPostgres(adminUrl, logFile, child, lifeline);
    if (await becomesReady(server.adminUrl, options, silenceMs, () => hasEnded(child))) return server;
    await server.stop(options.signal?.aborted === true ? 'fast' : 'immediate');
    options.signal?.throwIfAborted();
    // After a crash the first start may find the dead server's shared memory still attached.
    if (attempt === startAttempts) throw new Error(`PostgreSQL did not start:\n${await lastLines(logFile)}`);
    await sleep(500 * attempt);
  }
}

async function initialise(
  native: string,
  folder: string,
  data: string,
  user: ServerUser | undefined,
  { password, volatile }: EmbeddedPostgresOptions,
): Promise<void> {
  const passwordFile = join(folder, `.initdb-${randomBytes(4).toString('hex')}`);
  const unfinished = `${data}.new`; // It gets its name last: a killed initdb leaves nothing that looks like a server's data.
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const arguments_ = [
    '-D',
    unfinished,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
  ];
  try {
    await run(join(native, 'bin', 'initdb'), volatile === true ? [...arguments_, '--no-sync'] : arguments_, {
      ...user,
      cwd: folder,
    });
    await rename(unfinished, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function launch(
  native: string,
  data: string,
  logFile: string,
  port: number,
  user: ServerUser | undefined,
  { volatile, settings }: EmbeddedPostgresOptions,
): Promise<ChildProcess> {
  const chosen = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    password_encryption: 'scram-sha-256',
    log_min_messages: 'warning',
    // Recovery of a server with a thousand databases then takes seconds, since it opens fewer files. Only Linux supports it.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    ...(volatile === true ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...settings,
  };
  const log = await open(logFile, 'a');
  try {
    if (user !== undefined) await chown(logFile, user.uid, user.gid);
    const server = spawn(
      join(native, 'bin', 'postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        ...Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...user,
        cwd: data,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    server.on('error', () => undefined); // The server then never becomes ready, and the error shows the log's last lines.
    return server;
  } finally {
    await log.close();
  }
}

/** Ends the server when this process is gone, even after kill -9: the pipe to the shell then closes. */
function tieToThisProcess(server: ChildProcess): ChildProcess {
  const lifeline = spawn('sh', ['-c', 'read -r _; kill -QUIT "$0"', String(server.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lifeline.on('error', () => undefined); // Without a shell the server runs until it is stopped.
  lifeline.unref();
  return lifeline;
}

const hasEnded = (server: ChildProcess) =>
  server.exitCode !== null || server.signalCode !== null || server.pid === undefined;

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(-15).join('\n');
}
