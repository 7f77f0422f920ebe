import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ControlDatabase, TenantCatalog } from '@helpdeskly/catalog';
import { onceItServes, sqlState } from '@helpdeskly/database';
import { OwnPostgres, until } from '@helpdeskly/testing';
import { connected } from '@helpdeskly/testing/database';

let server: OwnPostgres;
beforeAll(async () => {
  server = await OwnPostgres.start();
});
afterAll(() => server.remove());

describe('a server that is only starting', () => {
  it('is waited for, through pg, Prisma and the catalog alike, and that is told', async () => {
    const serve = await server.startHeld();
    const control = new ControlDatabase(server.adminUrl);
    const catalog = new TenantCatalog(server.adminUrl);
    const byHand = () => connected(server.adminUrl, async (client) => (await client.query('SELECT 1 AS one')).rows);
    await until(async () => sqlState(await byHand().catch((error: unknown) => error)) === '57P03');

    const told: string[] = [];
    const ways: (() => Promise<unknown>)[] = [
      byHand,
      () => control.client.$queryRaw`SELECT 1 AS one`,
      () => control.transaction((tx) => tx.$queryRaw`SELECT 1 AS one`),
      () => catalog.query('SELECT 1 AS one'),
    ];
    const answers = Promise.all(ways.map((way) => onceItServes(way, (sentence) => told.push(sentence))));
    await until(() => told.length >= ways.length);
    await serve();
    expect(await answers).toEqual(ways.map(() => [{ one: 1 }]));
    for (const sentence of told) expect(sentence).toMatch(/is waited for: .* \(\d+ s\)\.$/);
    await Promise.all([control.close(), catalog.close()]);
  });

  it('is not confused with one that is away, which is told at once', async () => {
    await server.crash();
    const told: string[] = [];
    const control = new ControlDatabase(server.adminUrl);
    const asked = onceItServes(
      () => control.client.$queryRaw`SELECT 1`,
      (sentence) => told.push(sentence),
    );
    await expect(asked).rejects.toThrow();
    expect(told).toEqual([]);
    await control.close();
  });
});
