import { randomBytes, randomUUID } from 'node:crypto';
import { AcceptedWork, Metrics, Readiness } from '@helpdeskly/service';
import {
  prepareQueues,
  QueueMetrics,
  TenantTimer,
  TenantTimerWorker,
  type RoundProgress,
  type TenantJob,
  type TimerVisit,
} from '@helpdeskly/queue';
import { asAdmin, connected, until, urlOf } from '@helpdeskly/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

const database = `timer_test_${randomBytes(6).toString('hex')}`;

/** A timer with its own worker in one process, which records what it did. */
class Running {
  readonly visits: { readonly tenantId: string; readonly at: number }[] = [];
  readonly surveys: RoundProgress[] = [];
  readonly timer: TenantTimer;
  private readonly worker: TenantTimerWorker;
  private readonly accepted = new AcceptedWork(new Readiness());

  /** Calls `visit` for each visit, counted from 1 for its tenant. */
  constructor(
    name: string,
    private readonly visit: (count: number) => Promise<number | undefined> = () => Promise.resolve(undefined),
    private readonly survey: () => void = () => undefined,
  ) {
    const metrics = new QueueMetrics(new Metrics());
    const place = { redisUrl: undefined, databaseUrl: urlOf(database), connections: 2 };
    const installationKey = () => Promise.resolve('test');
    this.timer = new TenantTimer({ name, job: 'do', place, backoffMs: 100, installationKey }, metrics);
    const work = { visit: this.visited.bind(this), survey: this.surveyed.bind(this) };
    this.worker = new TenantTimerWorker(this.timer, work, { metrics, accepted: this.accepted }, { surveyMs: 1000 });
  }

  async start(): Promise<void> {
    this.timer.onApplicationBootstrap();
    await this.timer.whenOpen();
  }

  work(): void {
    this.worker.onApplicationBootstrap();
  }

  async stop(): Promise<void> {
    await this.accepted.onModuleDestroy();
    await this.worker.beforeApplicationShutdown();
    await this.timer.beforeApplicationShutdown();
    await this.timer.onApplicationShutdown();
  }

  visitsOf(tenantId: string): number {
    return this.visits.filter((visit) => visit.tenantId === tenantId).length;
  }

  private async visited({ tenantId }: TenantJob): Promise<TimerVisit> {
    this.visits.push({ tenantId, at: Date.now() });
    return { outcome: 'done', againInMs: await this.visit(this.visitsOf(tenantId)) };
  }

  private surveyed(progress: RoundProgress) {
    this.surveys.push(progress);
    this.survey();
    return Promise.resolve({ progress, againInMs: 100 });
  }
}

let running: Running | undefined;
const start = async (...options: ConstructorParameters<typeof Running>) => {
  running = new Running(...options);
  await running.start();
  return running;
};
const tenant = () => ({ tenantId: randomUUID(), generation: 1 });
const hour = 3_600_000;

beforeAll(async () => {
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${database}`));
  await connected(urlOf(database), (client) => prepareQueues(client));
});
afterEach(() => running?.stop());
afterAll(() => asAdmin((admin) => admin.query(`DROP DATABASE ${database} WITH (FORCE)`)));

describe('a timer for each tenant', () => {
  it('does once what was expected many times, and nothing before its time', async () => {
    const { timer, ...rest } = await start('once');
    const job = tenant();
    const at = Date.now() + 1500;
    for (let time = 0; time < 5; time++) timer.expect(job, at);
    await until(() => timer.has(job.tenantId));
    running?.work();
    await until(async () => !(await timer.has(job.tenantId)));
    expect(rest.visits).toEqual([{ tenantId: job.tenantId, at: expect.any(Number) }]);
    expect(rest.visits[0]?.at).toBeGreaterThanOrEqual(at - 50);
  });

  it('brings a tenant forward for an earlier time, and leaves it for a later one', async () => {
    const { timer, visits } = await start('forward');
    const [sooner, later] = [tenant(), tenant()];
    for (const job of [sooner, later]) timer.expect(job, Date.now() + hour);
    await until(async () => (await timer.has(sooner.tenantId)) && timer.has(later.tenantId));
    timer.expect(sooner, Date.now());
    timer.expect(later, Date.now() + 2 * hour);
    running?.work();
    await until(async () => !(await timer.has(sooner.tenantId)));
    expect(visits.map(({ tenantId }) => tenantId)).toEqual([sooner.tenantId]);
    expect(await timer.has(later.tenantId)).toBe(true);
  });

  it('comes again when there is more to come, without leaving the queue in between', async () => {
    const there: boolean[] = [];
    const job = tenant();
    const { timer } = await start('again', async (count) => {
      there.push((await running?.timer.has(job.tenantId)) ?? false);
      return count < 3 ? 50 : undefined;
    });
    timer.expect(job, Date.now());
    running?.work();
    await until(async () => there.length === 3 && !(await timer.has(job.tenantId)));
    expect(there).toEqual([true, true, true]);
  });

  it('tries again what failed until it passes', async () => {
    const job = tenant();
    const { timer } = await start('failing', (count) =>
      count < 3 ? Promise.reject(new Error('its database is away')) : Promise.resolve(undefined),
    );
    timer.expect(job, Date.now());
    running?.work();
    await until(async () => running?.visitsOf(job.tenantId) === 3 && !(await timer.has(job.tenantId)));
  });

  it('takes a tenant that was expected while its visit was under way once more', async () => {
    const job = tenant();
    const { timer } = await start('meanwhile', (count) => {
      if (count === 1) running?.timer.expect(job, Date.now());
      return Promise.resolve(undefined);
    });
    timer.expect(job, Date.now());
    running?.work();
    await until(async () => running?.visitsOf(job.tenantId) === 2 && !(await timer.has(job.tenantId)));
  });

  it('surveys again and again, and what a survey expects is done though the queue had lost it', async () => {
    const job = tenant();
    const { timer, surveys } = await start('lost', undefined, () => running?.timer.expect(job, Date.now()));
    timer.expect(job, Date.now() + hour);
    await until(() => timer.has(job.tenantId));
    await connected(urlOf(database), (client) => client.query('DELETE FROM "bullmq"."job" WHERE "queue" = \'lost\''));
    running?.work();
    await until(() => running?.visitsOf(job.tenantId) !== 0 && surveys.length > 1);
  });

  it('forgets tenants that are not there any more, and no other', async () => {
    const { timer } = await start('purged');
    const [gone, kept] = [tenant(), tenant()];
    for (const job of [gone, kept]) await timer.ensure(job, hour);
    await timer.forget((ids) => Promise.resolve(new Set(ids.filter((id) => id === kept.tenantId))));
    expect([await timer.has(gone.tenantId), await timer.has(kept.tenantId)]).toEqual([false, true]);
  });

  it('never comes without a queue', async () => {
    const settings = { name: 'none', job: 'do', place: undefined, backoffMs: 100 };
    const timer = new TenantTimer(
      { ...settings, installationKey: () => Promise.reject(new Error('nobody asks')) },
      new QueueMetrics(new Metrics()),
    );
    timer.onApplicationBootstrap();
    timer.expect(tenant(), Date.now());
    expect([timer.isConfigured, timer.isOpen]).toEqual([false, false]);
    await timer.beforeApplicationShutdown();
    await timer.onApplicationShutdown();
  });
});
