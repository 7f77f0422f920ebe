import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, it } from '@jest/globals';
import { needing, sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { startBrowser, Visitor } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { enter, newOperator, type TestOperator } from './operator.js';

needing('chromium').each([
  ['light', 'fr-FR'],
  ['dark', 'de-DE'],
] as const)("every page of the operators' console in %s colours", (colorScheme, locale) => {
  let system: System;
  let browser: Browser;
  let tenant: TestTenant;
  let owner: TestOperator;
  let rehearsal: string;
  let check: string;
  let bulkRun: string;
  let rotation: string;

  beforeAll(async () => {
    system = await sharedSystem();
    tenant = await system.createTenant();
    owner = await newOperator(system);
    rehearsal = (await system.operator.post('/migration-rehearsals', {})).body.id;
    check = (await system.operator.post('/drift-checks', { tenants: [tenant.slug] })).body.id;
    const ids = [tenant.slug, ...Array.from({ length: 100 }, () => randomUUID())];
    bulkRun = (await system.operator.post('/tenants/bulk', { action: 'activate', ids })).body.id;
    rotation = (await system.operator.post('/credential-rotations', {})).body.id;
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  const pages = (): readonly (readonly [path: string, heading: string])[] => [
    ['/', 'Fleet'],
    ['/incidents', 'Incidents'],
    ['/tenants', 'Tenants'],
    ['/tenants/new', 'New tenant'],
    [`/tenants/${tenant.slug}`, `Tenant ${tenant.slug}`],
    ['/import', 'Import tenants'],
    ['/fleet-query', 'Fleet query'],
    ['/plans', 'Plans'],
    ['/bulk-runs', 'Bulk runs'],
    [`/bulk-runs/${bulkRun}`, 'Bulk run'],
    ['/migration-runs', 'Migration runs'],
    ['/rehearsals', 'Rehearsals'],
    [`/rehearsals/${rehearsal}`, 'Rehearsal'],
    ['/drift', 'Schema drift'],
    [`/drift/${check}`, 'Drift check'],
    ['/backups', 'Backups'],
    ['/deletions', 'Purged tenants'],
    ['/servers', 'Database servers'],
    ['/checks', 'Platform checks'],
    ['/credential-rotations', 'Credential rotations'],
    [`/credential-rotations/${rotation}`, 'Credential rotation'],
    ['/platform-keys', 'Platform keys'],
    ['/queues-of-jobs', 'Queues'],
    ['/mails', 'Postmaster'],
    ['/audit', 'Audit trail'],
    ['/operators', 'Operators'],
    ['/api-keys', 'API keys'],
    ['/account', 'Your account'],
  ];

  it('keeps the rules of WCAG 2.2 AA, with what opens above it', async () => {
    const outside = await Visitor.at(browser, system.control.origin, { colorScheme });
    await outside.page.getByLabel('Email').waitFor();
    await outside.expectAccessible('sign in');
    await outside.leave();
    const visitor = await enter(browser, system, owner, { colorScheme });
    const { page } = visitor;
    for (const [path, heading] of pages()) {
      await visitor.open(path);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await visitor.loaded();
      await visitor.expectAccessible(path);
    }
    await visitor.open('/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await visitor.expectAccessible('/nowhere');
    await visitor.open(`/tenants/${tenant.slug}`);
    await page.getByRole('button', { name: 'Suspend…' }).click();
    await page.getByRole('dialog').waitFor();
    await visitor.expectAccessible('suspend');
    for (const [path, button] of [
      [`/tenants/${tenant.slug}`, 'Plan and limits…'],
      [`/tenants/${tenant.slug}`, 'Clone…'],
      ['/plans', 'New plan'],
      [`/tenants/${tenant.slug}`, 'Change the policy…'],
      [`/tenants?q=${tenant.slug}`, 'Change all of these…'],
      ['/migration-runs', 'New run'],
      ['/rehearsals', 'New rehearsal'],
      ['/drift', 'New check'],
      ['/credential-rotations', 'New rotation'],
      ['/platform-keys', 'New signing keys…'],
    ] as const) {
      await visitor.open(path);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('dialog').waitFor();
      await visitor.expectAccessible(button);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await visitor.expectAccessible('keys');
    await visitor.leave();
  });

  it('keeps them in another language', async () => {
    const visitor = await enter(browser, system, owner, { colorScheme, locale });
    for (const [path] of pages()) {
      await visitor.open(path);
      await visitor.page.getByRole('heading', { level: 1 }).waitFor();
      await visitor.expectAccessible(`${locale} ${path}`);
    }
    await visitor.leave();
  });
});
