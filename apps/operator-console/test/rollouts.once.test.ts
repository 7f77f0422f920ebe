import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  connected,
  MigrationsFolder,
  needing,
  startSystem,
  type System,
  type TestTenant,
  urlOf,
} from '@helpdeskly/testing';
import { startBrowser } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { enter, newOperator } from './operator.js';

needing('chromium')('a fleet with a new migration', () => {
  let system: System;
  let folder: MigrationsFolder;
  let browser: Browser;
  let tenants: TestTenant[];

  beforeAll(async () => {
    folder = await MigrationsFolder.create();
    system = await startSystem({ pooled: false, control: { TENANT_MIGRATIONS_DIR: folder.path } });
    tenants = [];
    for (let made = 0; made < 4; made++) tenants.push(await system.createTenant());
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.close();
    await folder?.remove();
  });

  it('is rehearsed on copies: what a run would take, what is locked, and where it fails', async () => {
    const odd = tenants[1]!;
    const inDatabase = (sql: string) => connected(urlOf(odd.databaseName), (client) => client.query(sql));
    await inDatabase('CREATE TABLE "Odd" ()');
    await folder.write('20270000000000_rehearsed', 'ALTER TABLE "Ticket" ADD COLUMN "rehearsed" int');
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    await page.getByRole('link', { name: 'Rehearsals' }).click();
    await page.getByRole('button', { name: 'New rehearsal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tenants beside these').fill('nobody-here');
    await dialog.getByRole('button', { name: 'Begin the rehearsal' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Tenants beside these').fill(odd.slug);
    await dialog.getByRole('button', { name: 'Begin the rehearsal' }).click();

    await page.getByRole('status').filter({ hasText: 'A copy failed' }).waitFor();
    const forecast = page.getByRole('region', { name: 'What a run would take' });
    await forecast.getByText('The slowest tenant').waitFor();
    await page
      .getByRole('article', { name: odd.slug })
      .getByText(/differs/)
      .waitFor();
    const locked = page.getByRole('row').filter({ hasText: 'AccessExclusiveLock' });
    await locked.getByRole('rowheader', { name: 'Ticket', exact: true }).first().waitFor();
    await visitor.expectAccessible('a rehearsal');
    await page.getByRole('main').getByRole('link', { name: 'Rehearsals' }).click();
    await page.getByRole('row').filter({ hasText: 'A copy failed' }).waitFor();
    await inDatabase('DROP TABLE "Odd"');
    await visitor.leave();
  });

  it('is followed live through its waves, halts at a failing tenant with the cause, and goes on when that is mended', async () => {
    const failing = tenants[2]!;
    const inDatabase = (sql: string) => connected(urlOf(failing.databaseName), (client) => client.query(sql));
    await inDatabase('CREATE TABLE "Followed" ()');
    await folder.write('20270000000001_followed', 'CREATE TABLE "Followed" ("id" int)');
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    await page.getByRole('link', { name: 'Migration runs' }).click();
    await page.getByRole('button', { name: 'New run' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tenants that come first').fill('1');
    await dialog.getByLabel('Waves').fill('50, 25');
    await dialog.getByLabel('Soak').fill('1h');
    await dialog.getByLabel('Failures that halt it').fill('1');
    await dialog.getByRole('button', { name: 'Begin the run' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Waves').fill('50');
    await dialog.getByRole('button', { name: 'Begin the run' }).click();

    const status = page.getByRole('status').first();
    const documents: string[] = [];
    page.on('request', (request) => request.isNavigationRequest() && documents.push(request.url()));
    await status.filter({ hasText: 'Soaks' }).waitFor();
    await page.getByText('1 of 4 done, 0 failed').waitFor();
    const stages = page.getByRole('list', { name: 'Stages' });
    await stages.locator('[aria-current=step]').filter({ hasText: 'Up to 50 %' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await status.filter({ hasText: 'Paused' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await status.filter({ hasText: 'Soaks' }).waitFor();
    await page.getByRole('button', { name: 'Skip the rest of the soak' }).click();
    await page.getByText('2 of 4 done, 0 failed').waitFor();
    await status.filter({ hasText: 'Soaks' }).waitFor();
    await page.getByRole('button', { name: 'Skip the rest of the soak' }).click();

    await page.getByRole('heading', { name: 'Causes' }).waitFor();
    const causes = page.getByRole('region', { name: 'Causes' });
    await causes.getByText('42P07 · 20270000000001_followed').waitFor();
    await causes.getByRole('link', { name: failing.slug }).waitFor();
    await status.filter({ hasText: /Halted|Failed/ }).waitFor();
    await page.getByRole('row').filter({ hasText: failing.slug }).getByText(/42P07/).waitFor();
    expect(documents).toEqual([]); // All of it came by the stream.

    await inDatabase('DROP TABLE "Followed"');
    await page.getByRole('button', { name: 'Try again' }).click();
    await status.filter({ hasText: 'Succeeded' }).waitFor();
    await page.getByText('4 of 4 done, 0 failed').waitFor();
    await visitor.expectAccessible('a run');
    await visitor.leave();
  });
});
