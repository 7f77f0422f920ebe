import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../../../scripts/processes.mjs';
import { ServerProcess } from './server-process.js';
import { until } from './until.js';

export interface PostfixRoutes {
  /** By domain, or by what follows a name below it (`.desk.example`): the port of the SMTP server that takes its mail. */
  readonly domains: Readonly<Record<string, number>>;
  /** By address: the one to which mail for it is forwarded. Their domains are Postfix's own. */
  readonly forwarded?: Readonly<Record<string, string>>;
}

/**
 * Debian's Postfix with a queue of its own, which takes mail from everybody on this machine and asks no DNS. It needs root: its
 * processes run as the user `postfix`.
 */
export class Postfix {
  private constructor(
    private readonly folder: string,
    private readonly server: ServerProcess,
  ) {}

  static async start(port: number, routes: PostfixRoutes): Promise<Postfix> {
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-postfix-'));
    await chmod(folder, 0o755);
    const [etc, queue, data] = ['etc', 'queue', 'data'].map((name) => join(folder, name)) as [string, string, string];
    for (const each of [etc, queue, data]) await mkdir(each);
    await promisify(execFile)('chown', ['postfix', data]);
    await writeFile(join(etc, 'main.cf'), mainConfiguration(folder, routes));
    await writeFile(join(etc, 'master.cf'), services(port));
    const postfix = new Postfix(folder, new ServerProcess('postfix', ['-c', etc, 'start-fg'], port));
    try {
      await postfix.server.start();
    } catch (error) {
      throw new Error(await postfix.log(), { cause: error });
    }
    return postfix;
  }

  /** What became of each mail, in Postfix' words. */
  async log(): Promise<string> {
    return readFile(join(this.folder, 'log'), 'utf8').catch(() => this.server.log);
  }

  async stop(): Promise<void> {
    // What started it waits for its master, and passes no signal on.
    const master = Number(await readFile(join(this.folder, 'queue/pid/master.pid'), 'utf8'));
    process.kill(master, 'SIGTERM');
    await until(() => !isAlive(master));
    await this.server.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }
}

function mainConfiguration(folder: string, { domains, forwarded = {} }: PostfixRoutes): string {
  const table = (entries: readonly (readonly [string, string])[]) =>
    entries.length === 0 ? '' : `inline:{ ${entries.map(([key, value]) => `{ ${key} = ${value} }`).join(' ')} }`;
  const transports = Object.entries(domains).map(([name, port]) => [name, `smtp:[127.0.0.1]:${port}`] as const);
  const domainOf = (address: string) => address.slice(address.indexOf('@') + 1);
  return `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
myhostname = mx.mta.example
mydestination =
mynetworks = 127.0.0.0/8
virtual_alias_domains = ${[...new Set(Object.keys(forwarded).map(domainOf))].join(', ')}
virtual_alias_maps = ${table(Object.entries(forwarded))}
transport_maps = ${table(transports)}
`;
}

/** Those that take, queue and send by SMTP; none of them in a chroot, which would be the machine's. */
const services = (port: number) => `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
