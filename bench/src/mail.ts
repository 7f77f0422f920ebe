import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@helpdeskly/embedded-postgres';
import pg from 'pg';
import { createTenant, databaseUrl, operatorToken, withClient, type TenantAnswer } from './clients.js';
import { MailSenders, send } from './mail-senders.js';
import { median, milliseconds, printRow, timed } from './report.js';
import { cpuOfProduct, ended, startSystem, type System } from './system.js';

export interface MailOptions {
  /** Of each turn. */
  readonly mails: number;
  readonly tenants: number;
}

const rounds = 3;
/** Mails a second that a process is to file. */
const filedBar = 50;

/**
 * How many mails a second one process answers with 250, which says that they are on the disk, and how many it files, each measured for
 * itself: to one helpdesk, then to many. The one of `npm start` does both beside its API.
 */
export async function benchMail({ mails, tenants }: MailOptions): Promise<void> {
  const senders = await MailSenders.open();
  const port = await freePort();
  const more = { MAIL_SMTP_PORT: String(port), MAIL_DNS_SERVERS: senders.nameServer, TENANT_WARM_DATABASES: '0' };
  const system = await startSystem(more);
  try {
    const token = await operatorToken(system);
    const helpdesks: Helpdesk[] = [];
    for (let number = 0; number < tenants; number++)
      helpdesks.push(await Helpdesk.open(system, await createTenant(system, token, `bench-mail-${number}`)));
    const bare = await BareListener.start(system);
    try {
      const measure = (some: readonly Helpdesk[], name: string) =>
        measureMail(system, { senders, helpdesks: some, mails, ports: [port, bare.port] }, name);
      await measure(helpdesks.slice(0, 1), '1 helpdesk');
      if (tenants > 1) await measure(helpdesks, `${tenants} helpdesks`);
    } finally {
      await bare.stop();
      await Promise.all(helpdesks.map((helpdesk) => helpdesk.close()));
    }
  } finally {
    await system.stop();
    senders.close();
  }
}

interface Round {
  readonly senders: MailSenders;
  readonly helpdesks: readonly Helpdesk[];
  readonly mails: number;
  /** Ours, and the bare one's. */
  readonly ports: readonly [number, number];
}

async function measureMail(system: System, { senders, helpdesks, mails, ports }: Round, name: string): Promise<void> {
  const taken = { ours: [] as number[], bare: [] as number[], filing: [] as number[] };
  const cpu = { taken: [] as number[], filed: [] as number[] };
  const to = helpdesks.map(({ address }) => address);
  for (let round = 0; round <= rounds; round++) {
    const batch = await senders.write(mails, to);
    const starters = await senders.write(helpdesks.length, to);
    for (const helpdesk of helpdesks) await helpdesk.hold();
    const cpuBefore = await cpuOfProduct(system);
    const ours = await timed(() => send(ports[0], batch));
    const cpuBetween = await cpuOfProduct(system);
    const bare = await timed(() => send(ports[1], batch));
    for (const helpdesk of helpdesks) await helpdesk.release();
    const filing = await timed(async () => {
      await send(ports[0], starters); // A mail that comes is what tells a worker to look.
      for (const helpdesk of helpdesks) await helpdesk.filed();
    });
    if (round === 0) continue; // Compiled, and connected.
    taken.ours.push((mails / ours) * 1000);
    taken.bare.push((mails / bare) * 1000);
    taken.filing.push(((mails + starters.length) / filing) * 1000);
    cpu.taken.push((cpuBetween - cpuBefore) / mails);
    cpu.filed.push(((await cpuOfProduct(system)) - cpuBetween) / (mails + starters.length));
  }
  const [ours, bare, filing] = [median(taken.ours), median(taken.bare), median(taken.filing)];
  const cpuEach = (sample: readonly number[]) =>
    printRow('  CPU of the API for each', milliseconds(median(sample) * 1000), '', '');
  const aSecond = (count: number) => `${count.toFixed(0)} a second`;
  printRow(`mails taken and durably stored, ${name}`, aSecond(ours), aSecond(bare), (ours / bare).toFixed(2));
  cpuEach(cpu.taken);
  printRow(`mails filed, ${name}, and our target`, aSecond(filing), aSecond(filedBar), (filing / filedBar).toFixed(2));
  cpuEach(cpu.filed);
}

/** A tenant whose mails are stored first and filed later, so that either is measured for itself. */
class Helpdesk {
  private constructor(
    readonly address: string,
    private readonly database: pg.Client,
  ) {}

  static async open(system: System, tenant: TenantAnswer): Promise<Helpdesk> {
    const database = new pg.Client(databaseUrl(system, tenant));
    await database.connect();
    await database.query(
      `CREATE FUNCTION bench_hold() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN NEW."dueAt" = now() + interval '1 day'; RETURN NEW; END $$`,
    );
    return new Helpdesk(`support@${tenant.slug}.localhost`, database);
  }

  async hold(): Promise<void> {
    await this.database.query(
      'CREATE TRIGGER bench_hold BEFORE INSERT ON "InboundMail" FOR EACH ROW EXECUTE FUNCTION bench_hold()',
    );
  }

  async release(): Promise<void> {
    await this.database.query('DROP TRIGGER bench_hold ON "InboundMail"');
    await this.database.query(`UPDATE "InboundMail" SET "dueAt" = now() WHERE "status" = 'RECEIVED'`);
  }

  /** Resolves when no mail waits; throws when one was not filed. */
  async filed(): Promise<void> {
    for (;;) {
      const { rows } = await this.database.query<{ status: string; count: number }>(
        `SELECT "status", count(*)::int AS "count" FROM "InboundMail" WHERE "status" <> 'FILED' GROUP BY "status"`,
      );
      if (rows.length === 0) return;
      if (rows.some(({ status }) => status !== 'RECEIVED')) throw new Error(`not filed: ${JSON.stringify(rows)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): Promise<void> {
    return this.database.end();
  }
}

/** The process of mail-bare.ts, on a database of the same server and a folder of the same disk. */
class BareListener {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start({ postgres: { adminUrl } }: System): Promise<BareListener> {
    const url = new URL(adminUrl);
    url.pathname = '/bench_mail';
    await withClient(adminUrl, (client) => client.query('CREATE DATABASE bench_mail'));
    await withClient(url.href, (client) =>
      client.query('CREATE TABLE bench_mail ("id" uuid PRIMARY KEY, "from" text, "to" text[], "size" integer)'),
    );
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-mail-'));
    const program = fileURLToPath(new URL('mail-bare.js', import.meta.url));
    const child = spawn(process.execPath, [program, url.href, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new BareListener(Number(String(line).trim()), child, folder);
  }

  async stop(): Promise<void> {
    await ended(this.child, 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
