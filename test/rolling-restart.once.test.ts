import { connected, needing, Nginx, ServiceProcess, startSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Load, print } from './load.js';

const rounds = 2;

needing('nginx')('two app-api processes behind nginx, restarted in turn under load', () => {
  let system: System;
  let nginx: Nginx;
  const ports: number[] = [];
  const processes: ServiceProcess[] = [];

  const start = (port: number) =>
    ServiceProcess.start('app-api', {
      ...system.installation.environment,
      APP_API_PORT: String(port),
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_LIMIT_USER_PER_MINUTE: '0',
      RATE_LIMIT_TENANT_PER_MINUTE: '0',
      SHUTDOWN_DRAIN_DELAY: '1s',
    });

  beforeAll(async () => {
    system = await startSystem();
    processes.push(...(await Promise.all([0, 0].map(start))));
    ports.push(...processes.map(({ origin }) => Number(new URL(origin).port)));
    nginx = await Nginx.start(ports);
  });

  afterAll(async () => {
    await nginx.stop();
    await Promise.all(processes.map((service) => service.stop()));
    await system.close();
  });

  it('lose no accepted request', async () => {
    const tenants = await Promise.all([system.createTenant(), system.createTenant(), system.createTenant()]);
    const users = tenants.map(({ slug, admin }) => ({ slug, accessToken: admin.accessToken }));
    const load = new Load({ origins: [nginx.origin], users, clients: 16, pauseMs: 30 });
    const began = performance.now();
    const complaints = new Set<unknown>();
    const exitCodes: (number | null)[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [index, port] of ports.entries()) {
        const before = processes[index];
        exitCodes.push((await before?.stop()) ?? null);
        for (const { cause } of before?.log ?? []) if (cause !== undefined) complaints.add(cause);
        const next = await start(port);
        processes[index] = next;
        await until(async () => (await fetch(`${next.origin}/health/ready`)).ok);
      }
    }
    const seconds = (performance.now() - began) / 1000;
    await load.stop();
    const stored = await titles(tenants.map(({ databaseName }) => databaseName));
    print('a rolling restart behind nginx', {
      restarts: exitCodes.length,
      'requests a second': Math.round(load.answers.length / seconds),
      answers: load.summary(),
      'longest (ms)': Math.round(Math.max(...load.answers.map(({ ms }) => ms))),
      'tickets acknowledged': load.acknowledged.length,
      'tickets stored': stored.length,
      'of them twice': stored.length - new Set(stored).size,
      'sent elsewhere by nginx': await nginx.turns(),
      complaints: [...complaints],
    });
    expect(exitCodes).toEqual([0, 0, 0, 0]);
    expect(load.failures).toEqual([]);
    expect(stored).toEqual(load.acknowledged.map(({ title }) => title).sort());
  });
});

/** The titles of every ticket in these databases. */
async function titles(databases: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(
    databases.map((name) =>
      connected(
        urlOf(name),
        async (client) => (await client.query<{ title: string }>('SELECT "title" FROM "Ticket"')).rows,
      ),
    ),
  );
  return rows
    .flat()
    .map(({ title }) => title)
    .sort();
}
