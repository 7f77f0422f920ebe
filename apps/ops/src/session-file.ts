import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whoever has signed in to one control API. */
export interface Session {
  readonly url: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

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
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const written = `${this.path}.${process.pid}`;
    writeFileSync(written, JSON.stringify(session), { mode: 0o600 });
    chmodSync(written, 0o600); // A file of that name may have been there.
    renameSync(written, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
