import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whoever has signed in to one control API. */
export interface Session {
  readonly url: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** After this long, in milliseconds, whoever holds the lock was killed. */
const longestHoldMs = 30_000;

/** The tokens of the last `login`, which only their owner may read. */
export class SessionFile {
  constructor(private readonly path: string) {}

  /** Undefined if nobody has signed in to `url`. */
  read(url: string): Session | undefined {
    try {
      const session = JSON.parse(readFileSync(this.path, 'utf8')) as Session;
      return session.url === url ? session : undefined;
    } catch {
      return undefined; // None, or one that no command can use: `login` writes another.
    }
  }

  write(session: Session): void {
    this.makeFolder();
    const written = `${this.path}.${process.pid}`;
    writeFileSync(written, JSON.stringify(session), { mode: 0o600 });
    chmodSync(written, 0o600); // A file of that name may have been there.
    renameSync(written, this.path);
  }

  /** Leaves the session of another API. */
  remove(url: string): void {
    if (this.read(url) !== undefined) rmSync(this.path, { force: true });
  }

  /** While no other command does the same. `work` must end within `longestHoldMs`. */
  async alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const lock = `${this.path}.lock`;
    const own = randomUUID();
    this.makeFolder();
    while (!isCreated(lock, own)) {
      if (ageOf(lock) > longestHoldMs) rmSync(lock, { force: true });
      else await sleep(50, undefined, { signal });
    }
    try {
      return await work();
    } finally {
      if (contentOf(lock) === own) rmSync(lock, { force: true });
    }
  }

  private makeFolder(): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
  }
}

/** Whether the file was not there. */
function isCreated(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** In milliseconds; 0 if it is not there any more. */
function ageOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Somebody took it away, or took it over.
  }
}
