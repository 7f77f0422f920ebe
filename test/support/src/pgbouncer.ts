import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, serverUser } from '@helpdeskly/embedded-postgres';
import { ServerProcess } from './server-process.js';

const configurations = fileURLToPath(new URL('../../../docker/pgbouncer', import.meta.url));
const consolePassword = 'of the console';

export interface RunningPgBouncer {
  readonly address: string;
  readonly adminUrl: string;
  /** Its auth_file, which the control plane writes. */
  readonly userlist: string;
  /** To kill it, and start it again where it was. */
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

/**
 * A real PgBouncer on a port of its own before the PostgreSQL of `adminUrl`, by the repository's own configuration for
 * versions that read users from a file: only where it listens, whom it reaches and where that file is are other ones. It may
 * read the file of another one, as it must if both are of one installation.
 */
export async function startPgBouncer(
  adminUrl: string,
  sharedWith?: Pick<RunningPgBouncer, 'userlist'>,
): Promise<RunningPgBouncer> {
  const users = `"pgbouncer" "${consolePassword}"\n`;
  const { port, ...running } = await start('pgbouncer-userlist.ini', adminUrl, users, sharedWith);
  return {
    ...running,
    address: `127.0.0.1:${port}`,
    adminUrl: `postgres://pgbouncer:${encodeURIComponent(consolePassword)}@127.0.0.1:${port}/pgbouncer`,
  };
}

/**
 * Another one, which reads no users from a file but asks the server of `adminUrl` for them, as its superuser and in the client's own
 * database. PgBouncer's own question names nobody who may not log in, nor does ours (docker/postgres-init.sh).
 */
export async function startAskingPgBouncer(
  adminUrl: string,
): Promise<{ port: number; process: ServerProcess; stop(): Promise<void> }> {
  const { username, password } = new URL(adminUrl);
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  const asking = `auth_user = ${user}\nauth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1\n`;
  return start('pgbouncer-userlist.ini', adminUrl, `"${user}" "${secret}"\n`, { more: asking });
}

/** The door of support staff's pgAdmin before the PostgreSQL of `adminUrl`, by the configuration that Compose runs. */
export function startSupportPooler(
  adminUrl: string,
  password: string,
): Promise<{ port: number; stop(): Promise<void> }> {
  return start('support.ini', adminUrl, `"helpdeskly_readonly" "${password}"\n`);
}

/** `userlist`: that of another one; `more`: settings that its configuration does not have. */
interface Otherwise {
  readonly userlist?: string;
  readonly more?: string;
}

async function start(
  configuration: string,
  adminUrl: string,
  users: string,
  { userlist: shared, more = '' }: Otherwise = {},
) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-pgbouncer-'));
  const own = join(folder, 'userlist.txt');
  const userlist = shared ?? own;
  const file = join(folder, 'pgbouncer.ini');
  const { hostname, port: serverPort } = new URL(adminUrl);
  await writeFile(
    file,
    withSettings(await readFile(join(configurations, configuration), 'utf8'), {
      '*': `host=${hostname === 'localhost' ? '127.0.0.1' : hostname} port=${serverPort || '5432'}`,
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      auth_file: userlist,
    }) + more,
  );
  await writeFile(own, users);
  const user = await serverUser(); // PgBouncer does not run as root either.
  if (user !== undefined) {
    for (const path of [folder, file, own]) await chown(path, 0, user.gid);
    await chmod(folder, 0o2750); // What is written there keeps the group that reads it.
    for (const path of [file, own]) await chmod(path, 0o640);
  }
  const server = new ServerProcess('pgbouncer', [file], port, { ...user });
  await server.start();
  return {
    port,
    userlist,
    process: server,
    async stop() {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same configuration with other values for settings that it has. */
function withSettings(text: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings).reduce((changed, [name, value]) => {
    const line = new RegExp(`^${name.replace('*', '\\*')} = .*$`, 'gm');
    if (changed.match(line)?.length !== 1) throw new Error(`the configuration does not say ${name} once`);
    return changed.replace(line, () => `${name} = ${value}`);
  }, text);
}
