import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { roleVerifier } from '../tenant-databases/tenant-role.js';

/** A login role and its password. */
export interface PoolerUser {
  readonly name: string;
  readonly password: string;
}

/**
 * The auth_file of a PgBouncer that cannot run `auth_query` in a separate database (before 1.19): every
 * role that may connect, with its SCRAM verifier. It must be the server's own verifier, because PgBouncer logs
 * in there with what the client's exchange reveals. Its owner and its group may read it: in a folder with the setgid bit,
 * this is the group that runs PgBouncer. Source: https://www.pgbouncer.org/config.html#authentication-file-format
 */
export class Userlist {
  /** A verifier takes some milliseconds of CPU, so each is computed once. */
  private readonly verifiers = new Map<string, string>();
  private readonly consoleUsers: Promise<readonly string[]>;

  constructor(
    private readonly path: string,
    adminUrls: readonly string[],
  ) {
    const admins = new Map(adminUrls.map((url) => [new URL(url).username, new URL(url).password]));
    this.consoleUsers = Promise.all(
      [...admins].map(async ([name, password]) =>
        line(decodeURIComponent(name), await roleVerifier(decodeURIComponent(password))),
      ),
    );
  }

  /**
   * Replaces the whole list, unless it is unchanged: a reader sees the old one or the new one,
   * never a part. Returns when it was written, in milliseconds since 1970; each list has another time.
   */
  async write(users: readonly PoolerUser[]): Promise<number> {
    const lines = [...(await this.consoleUsers)];
    const kept = new Set<string>();
    for (const { name, password } of users) {
      const key = `${name} ${password}`;
      const verifier = this.verifiers.get(key) ?? (await roleVerifier(password));
      this.verifiers.set(key, verifier);
      kept.add(key);
      lines.push(line(name, verifier));
    }
    for (const key of this.verifiers.keys()) if (!kept.has(key)) this.verifiers.delete(key);
    const text = lines.join('');
    const present = await readFile(this.path, 'utf8').catch(() => ''); // Missing or unreadable: it is written again.
    if (present !== text) await replaceFile(this.path, text);
    return (await stat(this.path)).mtimeMs;
  }
}

function line(name: string, secret: string): string {
  return `"${name.replaceAll('"', '""')}" "${secret}"\n`;
}

/** Runs under the writer's lock: an existing draft is from a process that died, and is full of verifiers. */
async function replaceFile(path: string, text: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)))
      await rm(join(dirname(path), name), { force: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o640);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
