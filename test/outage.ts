import { setTimeout as sleep } from 'node:timers/promises';
import {
  connected,
  ServiceProcess,
  startSystem,
  urlOf,
  type Answer,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { Load, print, type LoadAnswer } from './load.js';

/** What clients are told while something that Helpdeskly stands on is away. */
const outages = [
  '503 tenant_database_unavailable',
  '503 catalog_unavailable',
  '503 query_timeout',
  '429 tenant_connection_limit',
  '409 idempotency_in_progress',
];

/** Milliseconds that the load runs before the strike, that a server stays away, and that all must be well at the end. */
const before = 1500;
const awayMs = 2500;
const calm = 3000;

export interface OutageReport {
  /** Kinds of answers that no outage may give. */
  readonly unexpected: readonly string[];
  /** Milliseconds that the longest wait for an answer other than success took. */
  readonly longestError: number;
  /** Milliseconds from the moment at which the server was back until the last request that failed was sent. */
  readonly recovery: number;
  readonly failures: number;
  /** Titles of tickets. */
  readonly acknowledged: readonly string[];
  readonly stored: readonly string[];
}

/** Two app-api processes through PgBouncer and Redis, and what becomes of a load on them while something is away. */
export class Fleet {
  private constructor(
    readonly system: System,
    readonly processes: readonly ServiceProcess[],
    readonly tenants: readonly TestTenant[],
  ) {}

  static async start(tenants: number, more: Readonly<Record<string, string>> = {}): Promise<Fleet> {
    const system = await startSystem({ pooled: true, control: { PROVISIONING_CONCURRENCY: '8', ...more } });
    const environment = { ...system.installation.environment, ...unlimited, ...more };
    const processes = await Promise.all([1, 2].map(() => ServiceProcess.start('app-api', environment)));
    const made: TestTenant[] = [];
    while (made.length < tenants) {
      const some = Math.min(8, tenants - made.length);
      made.push(...(await Promise.all(Array.from({ length: some }, () => system.createTenant()))));
    }
    return new Fleet(system, processes, made);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((service) => service.stop()));
    await this.system.close();
  }

  load(clients: number, pauseMs: number): Load {
    const users = this.tenants.map(({ slug, admin }) => ({ slug, accessToken: admin.accessToken }));
    return new Load({ origins: this.processes.map(({ origin }) => origin), users, clients, pauseMs });
  }

  /** As somebody who is told to try again would: what the last of a few tries was answered. */
  async signIn(slug: string, { email, password }: { email: string; password: string }): Promise<Answer> {
    const visitor = this.system.app.as({ 'x-tenant-slug': slug });
    for (let tries = 1; ; tries++) {
      const answer = await visitor.post('/auth/login', { email, password });
      const kind = `${answer.status} ${answer.body?.code}`;
      if (!outages.includes(kind) || tries === 5) return answer;
      print(`A sign-in at ${slug} was answered ${kind}`, { detail: answer.body.detail });
      await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1000);
    }
  }

  /** Under load, `strike` takes something away and `restore` brings it back; the load goes on until all is well again. */
  async outage(
    title: string,
    strike: () => Promise<unknown>,
    restore: () => Promise<unknown>,
    forMs: number = awayMs,
  ): Promise<OutageReport> {
    const known = new Set(await this.titles());
    const load = this.load(12, 20);
    await sleep(before);
    await strike();
    await sleep(forMs);
    await restore();
    const back = performance.now();
    while (performance.now() - Math.max(back, lastFailure(load)) < calm) await sleep(50);
    await load.stop();
    const stored = (await this.titles()).filter((name) => !known.has(name));
    const firstGood = load.answers.find(({ status, sentAt }) => status < 300 && status > 0 && sentAt > back);
    const report = {
      unexpected: load.failures.map(kindOf).filter((kind) => !outages.includes(kind)),
      longestError: Math.round(Math.max(0, ...load.failures.map(({ ms }) => ms))),
      recovery: Math.max(0, Math.round(lastFailure(load) - back)),
      failures: load.failures.length,
      acknowledged: load.acknowledged.map((ticket) => ticket.title).sort(),
      stored: stored.sort(),
    };
    print(title, {
      requests: load.answers.length,
      answers: load.summary(),
      'longest answer (ms)': Math.round(Math.max(...load.answers.map(({ ms }) => ms))),
      'longest error (ms)': report.longestError,
      'first good answer, after it was back (ms)': firstGood && Math.round(firstGood.sentAt + firstGood.ms - back),
      'last failed request, after it was back (ms)': report.recovery,
      'tickets acknowledged, stored': [report.acknowledged.length, report.stored.length],
    });
    return report;
  }

  private async titles(): Promise<string[]> {
    const rows = await Promise.all(
      this.tenants.map(({ databaseName }) =>
        connected(urlOf(databaseName), async (client) => (await client.query<{ title: string }>(tickets)).rows),
      ),
    );
    return rows.flat().map(({ title }) => title);
  }
}

const unlimited = { RATE_LIMIT_USER_PER_MINUTE: '0', RATE_LIMIT_TENANT_PER_MINUTE: '0' };
const tickets = 'SELECT "title" FROM "Ticket"';
const kindOf = ({ status, code }: LoadAnswer) => `${status} ${code}`;
const lastFailure = (load: Load) => Math.max(0, ...load.failures.map(({ sentAt }) => sentAt));
