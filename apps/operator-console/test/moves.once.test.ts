import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing, ServiceProcess } from '@helpdeskly/testing';
import { startBrowser } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { TwoServers } from '../../control-api/test/two-servers.js';
import { enter, newOperator } from './operator.js';

needing('chromium')("in the operators' console", () => {
  let servers: TwoServers;
  let worker: ServiceProcess;
  let browser: Browser;

  beforeAll(async () => {
    servers = await TwoServers.start();
    worker = await ServiceProcess.start('control-worker', servers.system.installation.environment);
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
    await servers?.close();
  });

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
    const moves = page.getByRole('region', { name: 'Moves' }).getByRole('listitem').filter({ hasText: slug });
    await moves.filter({ hasText: 'Moved' }).filter({ hasText: 'Every row was compared.' }).waitFor();
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
      .filter({ hasText: '1 tenant moved' })
      .waitFor();
    expect(await servers.serverOf(other)).toBe(servers.second.id);
    await visitor.expectAccessible('servers with moves');
    await visitor.leave();
  }, 300_000);
});
