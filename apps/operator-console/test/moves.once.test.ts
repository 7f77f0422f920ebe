import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing } from '@helpdeskly/testing';
import { startBrowser } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { HeldMoves } from '../../control-api/test/held-moves.js';
import { atHome, TwoServers } from '../../control-api/test/two-servers.js';
import { enter, newOperator } from './operator.js';

needing('chromium')("in the operators' console", () => {
  let servers: TwoServers;
  let moves: HeldMoves;
  let browser: Browser;

  beforeAll(async () => {
    servers = await TwoServers.start();
    moves = new HeldMoves(servers, servers.environment);
    await moves.startWorker();
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await moves?.close();
    await servers?.close();
  });

  it('a move is cancelled before its switch, and the tenant stays where it is', async () => {
    const tenant = await servers.tenantOnFirst();
    const { slug } = tenant;
    const visitor = await enter(browser, servers.system, await newOperator(servers.system, 'OPERATOR'));
    const { page } = visitor;
    await moves.withSlotHeld(tenant, async () => {
      await visitor.open(`/tenants/${slug}`);
      const cancel = page.getByRole('button', { name: `Cancel the move of ${slug}` });
      await cancel.waitFor();
      await visitor.expectAccessible('a move that can be cancelled');
      await cancel.click();
      const move = page.getByRole('region', { name: 'Moves' }).getByRole('listitem').filter({ hasText: slug });
      await move.filter({ hasText: 'Cancelled' }).filter({ hasText: 'Everything is as it was.' }).waitFor();
    });
    expect(await servers.holdings(tenant)).toEqual(atHome);
    await visitor.leave();
  }, 300_000);

  it('a tenant moves to another server when its slug was typed, and an evacuation moves the others', async () => {
    const [tenant, other] = [await servers.tenantOnFirst(), await servers.tenantOnFirst()];
    const { slug } = tenant;
    const { system } = servers;
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await visitor.open(`/tenants/${slug}`);
    await page.getByRole('button', { name: 'Move…' }).click();
    const act = dialog.getByRole('button', { name: 'Move', exact: true });
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel('To the server').selectOption({ label: 'second' });
    await visitor.expectAccessible('move');
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await act.click();
    const rows = page.getByRole('region', { name: 'Moves' }).getByRole('listitem').filter({ hasText: slug });
    await rows.filter({ hasText: 'Moved' }).filter({ hasText: 'Every row was compared.' }).waitFor();
    expect(await servers.serverOf(tenant)).toBe(servers.second.id);
    await visitor.expectAccessible('moves of a tenant');

    await visitor.open('/servers');
    const { name } = (await system.operator.get(`/database-servers/${servers.first.id}`)).body;
    await page.getByRole('button', { name: `Evacuate ${name}` }).click();
    await visitor.expectAccessible('evacuate');
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole('button', { name: 'Evacuate', exact: true }).click();
    await page
      .getByRole('status', { name: `Evacuation of ${name}` })
      .filter({ hasText: 'Done' })
      .filter({ hasText: '2 tenants moved' }) // The one that stayed, too.
      .waitFor({ timeout: 200_000 });
    expect(await servers.serverOf(other)).toBe(servers.second.id);
    await visitor.expectAccessible('servers with moves');
    await visitor.leave();
  }, 300_000);
});
