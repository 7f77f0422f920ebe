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
 * The auth_file of a PgBouncer that cannot look users up by `auth_query` in a database of their own (before 1.19): every
 * role that may come in, with its SCRAM verifier. It must be the very verifier that the server holds, for PgBouncer logs
 * in there with what the client's exchange reveals. Readable by its owner and its group: in a folder with the setgid bit,
 * the group that PgBouncer runs as. Source: https://www.pgbouncer.org/config.html#authentication-file-format
 */
export class Userlist {
  /** A verifier takes some milliseconds of CPU, so each is made once. */
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
   * Writes the whole list in place of what was there, unless it says the same: a reader sees the old one or the new one,
   * never a part. Answers when it was written, in milliseconds since 1970: each list's own time.
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
    const present = await readFile(this.path, 'utf8').catch(() => ''); // Missing, or not readable: written anew.
    if (present !== text) await replaceFile(this.path, text);
    return (await stat(this.path)).mtimeMs;
  }
}

function line(name: string, secret: string): string {
  return `"${name.replaceAll('"', '""')}" "${secret}"\n`;
}

/** Under the lock of whoever writes: a draft that is there belongs to somebody who died over it, and is full of verifiers. */
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
