import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** An account for the server. PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The account for the server: undefined means the current user; an unprivileged account if the current user is root. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as');
}

/** Whether that account may enter every folder on the way to `path`. */
export async function isReachable(path: string, user: ServerUser): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const facts = await stat(at).catch(() => undefined); // We will create missing folders.
    if (facts !== undefined) {
      const execute = facts.uid === user.uid ? 0o100 : facts.gid === user.gid ? 0o010 : 0o001;
      if ((facts.mode & execute) === 0) return false;
    }
    if (at === dirname(at)) return true;
  }
}
