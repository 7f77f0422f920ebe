import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import {
  Api,
  commitBefore,
  connected,
  MigrationsFolder,
  OtherBuild,
  ServiceProcess,
  signInOperator,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { Load, print, type LoadAnswer } from './load.js';

const size = 4;
/** Tenants a minute: so a run lasts a few seconds, in which the tenants are at different migrations. */
const pace = 120;

const upgrading = ({ status, code, retryAfter }: LoadAnswer) =>
  status === 503 && code === 'tenant_upgrading' && Number(retryAfter) > 0;

/** Tenants that are served by processes of two builds at the same time. */
class Tenants {
  private readonly acknowledged: string[] = [];

  private constructor(
    readonly system: System,
    private readonly folder: MigrationsFolder,
    private readonly all: readonly TestTenant[],
  ) {}

  /** They have only migrations that `oldest` requires. */
  static async create(oldest: ServiceProcess, system: System, folder: MigrationsFolder): Promise<Tenants> {
    const { createTenant } = await signInOperator({ ...system, app: await Api.at(oldest.origin) });
    const all: TestTenant[] = [];
    while (all.length < size) all.push(await createTenant());
    return new Tenants(system, folder, all);
  }

  /**
   * A run brings these migrations to all of them while both processes are asked to read and to write. The load goes on until each process
   * answers with its last status for every tenant, and for a while after that.
   */
  async runUnderLoad(migrations: Migrations, older: Expected, newer: Expected): Promise<[Answers, Answers]> {
    const { operator } = this.system;
    for (const [name, sql] of Object.entries(migrations)) await this.folder.write(name, sql);
    const users = this.all.map(({ slug, admin }) => ({ slug, accessToken: admin.accessToken }));
    const origins = [older.process.origin, newer.process.origin];
    const load = new Load({ origins, users, clients: 6, pauseMs: 10 });
    const answered = async (more: number) => {
      const from = load.answers.length;
      await until(() => load.answers.length >= from + more);
    };
    await answered(100);
    const { status, body } = await operator.post('/migration-runs', { concurrency: 1, pace });
    expect(status).toBe(202);
    const run = `/migration-runs/${body.id}`;
    await until(async () => (await operator.get(run)).body.status !== 'RUNNING');
    const { data } = (await operator.get(`${run}/tenants`)).body;
    expect(data.map(({ applied }: { applied: unknown }) => applied)).toEqual(
      this.all.map(() => Object.keys(migrations)),
    );
    for (const { process, last } of [older, newer])
      for (const tenant of this.all) await until(async () => (await ask(process, tenant)) === last);
    const settledAt = performance.now();
    await answered(100);
    await load.stop();
    this.acknowledged.push(...load.acknowledged.map(({ slug, title }) => `${slug} ${title}`));
    const [of, to] = [answersOf(load, older.process, settledAt), answersOf(load, newer.process, settledAt)];
    print(Object.keys(migrations).join(), { 'older build': of, 'newer build': to });
    return [of, to];
  }

  /** The tickets that are stored, and those of every load that were acknowledged: the same if each write was done once. */
  async tickets(): Promise<{ readonly stored: readonly string[]; readonly acknowledged: readonly string[] }> {
    const stored = this.all.map(({ slug, databaseName }) =>
      connected(urlOf(databaseName), async (client) => {
        const { rows } = await client.query<{ title: string }>('SELECT "title" FROM "Ticket"');
        return rows.map(({ title }) => `${slug} ${title}`);
      }),
    );
    return { stored: (await Promise.all(stored)).flat().sort(), acknowledged: this.acknowledged.sort() };
  }
}

/** Scripts by name. */
type Migrations = Readonly<Record<string, string>>;

/** A process, and how it answers reads once every tenant has the migrations. */
interface Expected {
  readonly process: ServiceProcess;
  readonly last: 200 | 503;
}

async function ask({ origin }: ServiceProcess, { slug, admin }: TestTenant): Promise<number> {
  const headers = { 'x-tenant-slug': slug, authorization: `Bearer ${admin.accessToken}` };
  return (await fetch(`${origin}/api/v1/tickets`, { headers })).status;
}

/** How many answers of which kind; `others` are what the serving rule does not allow. */
interface Answers {
  readonly reads: number;
  readonly writes: number;
  readonly refused: number;
  readonly others: readonly string[];
  /** Of those after every tenant had its last state. */
  readonly atTheEnd: { readonly good: number; readonly refused: number };
}

function answersOf(load: Load, { origin }: ServiceProcess, settledAt: number): Answers {
  const answers = load.answers.filter((answer) => answer.origin === origin);
  const isGood = ({ status }: LoadAnswer) => status === 200 || status === 201;
  const good = answers.filter(isGood);
  const refused = answers.filter(upgrading);
  const atEnd = ({ sentAt }: LoadAnswer) => sentAt > settledAt;
  return {
    reads: good.filter(({ method }) => method === 'GET').length,
    writes: good.filter(({ method }) => method === 'POST').length,
    refused: refused.length,
    others: answers
      .filter((answer) => !isGood(answer) && !upgrading(answer))
      .map(({ method, status, code }) => `${method} ${status} ${code}`),
    atTheEnd: { good: good.filter(atEnd).length, refused: refused.filter(atEnd).length },
  };
}

/** Served all the time, in reads and writes. */
function expectServed({ reads, writes, ...rest }: Answers): void {
  expect(rest).toEqual({ refused: 0, others: [], atTheEnd: { good: expect.any(Number), refused: 0 } });
  expect(Math.min(reads, writes, rest.atTheEnd.good)).toBeGreaterThan(0);
}

/** Refused until a tenant had the migrations, and served from then on. */
function expectServedFromThenOn({ reads, writes, refused, others, atTheEnd }: Answers): void {
  expect(others).toEqual([]);
  expect(Math.min(reads, writes, refused, atTheEnd.good)).toBeGreaterThan(0);
  expect(atTheEnd.refused).toBe(0);
}

const commit = commitBefore();
if (commit === undefined)
  process.stderr.write(
    `The build before this one is NOT tested: git's history, of which it is made, is not here (a shallow clone?). \`git fetch --unshallow\` brings it.\n`,
  );

const declared = {
  '29990101000001_declared':
    '-- compatible\nALTER TABLE "Ticket" ADD COLUMN "mood" text;\nALTER TABLE "Comment" ADD COLUMN "mood" text;\n',
};
const undeclared = { '29990101000002_undeclared': 'CREATE TABLE "Mood" ();\n' };

let folder: MigrationsFolder;
let since: Migrations = {};
let system: System | undefined;
let tenants: Tenants;
let before: ServiceProcess | undefined;
let now: ServiceProcess;
let after: ServiceProcess;
const processes: ServiceProcess[] = [];
const builds: OtherBuild[] = [];

beforeAll(async () => {
  const [later, former] = await Promise.all([
    OtherBuild.after({ ...declared, ...undeclared }),
    commit === undefined ? undefined : OtherBuild.of(commit),
  ]);
  builds.push(later, ...(former === undefined ? [] : [former]));
  folder = await MigrationsFolder.create();
  since = (await former?.lacking()) ?? {};
  for (const name of Object.keys(since)) await folder.removeMigration(name);
  system = await startSystem({ control: { TENANT_MIGRATIONS_DIR: folder.path }, appWorkers: false });
  const environment = {
    ...system.installation.environment,
    RATE_LIMIT_USER_PER_MINUTE: '0',
    RATE_LIMIT_TENANT_PER_MINUTE: '0',
    TENANT_CONNECTION_WAIT_MS: '30000',
  };
  const start = async (which: 'app-api' | OtherBuild) => {
    const process = await ServiceProcess.start(which, environment);
    processes.push(process);
    return process;
  };
  [now, after, before] = await Promise.all([
    start('app-api'),
    start(later),
    former === undefined ? undefined : start(former),
  ]);
  tenants = await Tenants.create(before ?? now, system, folder);
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await system?.close();
  for (const each of [folder, ...builds]) await each?.remove();
});
afterEach(async () => {
  const { stored, acknowledged } = await tenants.tickets();
  expect(stored).toEqual(acknowledged);
});

(commit === undefined ? it.skip : it)(
  'the build before serves all the time while a run brings what it lacks; this one from then on',
  async () => {
    const [older, newer] = await tenants.runUnderLoad(
      since,
      { process: before as ServiceProcess, last: 200 },
      { process: now, last: 200 },
    );
    expectServed(older);
    expectServedFromThenOn(newer);
  },
);

it('this build serves all the time while a run brings what is declared compatible; one that requires more does not serve yet', async () => {
  const [older, newer] = await tenants.runUnderLoad(
    declared,
    { process: now, last: 200 },
    { process: after, last: 503 },
  );
  expectServed(older);
  expect(newer).toMatchObject({ reads: 0, writes: 0, others: [] });
  expect(newer.refused).toBeGreaterThan(0);
});

it('each tenant passes from this build to the one after it with what is not declared, and no write is lost or done twice', async () => {
  const [older, newer] = await tenants.runUnderLoad(
    undeclared,
    { process: now, last: 503 },
    { process: after, last: 200 },
  );
  expect(older.others).toEqual([]);
  expect(Math.min(older.reads, older.writes, older.atTheEnd.refused)).toBeGreaterThan(0);
  expect(older.atTheEnd.good).toBe(0);
  expectServedFromThenOn(newer);
});
