import { afterAll, beforeAll, it } from '@jest/globals';
import { needing, sharedSystem, type System, type TestTenant, type User } from '@helpdeskly/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, Visitor } from './browser.js';

needing('chromium').each([
  ['light', 'fr-FR'],
  ['dark', 'de-DE'],
] as const)('every page in %s colours', (colorScheme, locale) => {
  let system: System;
  let browser: Browser;
  let tenant: TestTenant;
  let agent: User;
  let customer: User;
  let number: number;

  beforeAll(async () => {
    system = await sharedSystem();
    tenant = await system.createTenant();
    agent = await tenant.user('AGENT', 'Anna Agent');
    customer = await tenant.user('CUSTOMER', 'Carl Customer');
    const { body } = await customer.post('/tickets', { title: 'My order is late', description: 'Where is it?' });
    number = body.number;
    await agent.post(`/tickets/${number}/comments`, { body: 'Look at **this**.', visibility: 'INTERNAL' });
    await agent.post(`/tickets/${number}/comments`, { body: 'It leaves today.', changes: { status: 'PENDING' } });
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('keeps the rules of WCAG 2.2 AA for staff, with what opens above it', async () => {
    const visitor = await Visitor.arrive(browser, tenant, system.app.origin, { colorScheme });
    const { page } = visitor;
    await page.getByLabel('Email').waitFor();
    await visitor.expectAccessible('sign in');
    await visitor.signIn(tenant.admin.email);
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    const pages: readonly (readonly [path: string, heading: string | RegExp])[] = [
      [`/tickets/${number}`, /My order is late/],
      ['/new', 'New ticket'],
      ['/notifications', 'Notifications'],
      ['/account', 'Your account'],
      ['/manage/reports', 'Reports'],
      ['/manage/users', 'Users'],
      [`/manage/users/${customer.id}`, 'Carl Customer'],
      ['/manage/organizations', 'Organizations'],
      ['/manage/groups', 'Groups'],
      ['/manage/macros', 'Macros'],
      ['/manage/views', 'Views'],
      ['/manage/mailboxes', 'Mailboxes'],
      ['/manage/inbound-mails', 'Mails that arrived'],
      ['/manage/undeliverable-addresses', 'Undeliverable addresses'],
      ['/manage/templates', 'Mail templates'],
      ['/manage/settings', 'Settings'],
      ['/manage/api-keys', 'API keys'],
      ['/manage/webhooks', 'Webhooks'],
      ['/manage/exports', 'Export'],
      ['/manage/imports', 'Import'],
      ['/manage/audit', 'Audit trail'],
      ['/nowhere', 'There is no such page'],
    ];
    for (const [path, heading] of pages) {
      await visitor.open(path);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await visitor.loaded();
      await visitor.expectAccessible(path);
    }
    await visitor.open('/tickets');
    await page.getByRole('table').getByRole('link', { name: 'My order is late' }).waitFor();
    await visitor.expectAccessible('list');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('menuitem', { name: 'Urgent' }).waitFor();
    await visitor.expectAccessible('filter menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await visitor.expectAccessible('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await visitor.expectAccessible('keys');
    await visitor.leave();
  });

  it('keeps the rules of WCAG 2.2 AA for customers, in another language', async () => {
    const visitor = await Visitor.arrive(browser, tenant, system.app.origin, { colorScheme, locale });
    const { page } = visitor;
    await page.locator('input[type=email]').fill(customer.email);
    await page.locator('input[type=password]').fill('a password of many words');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'My order is late' }).waitFor();
    await visitor.expectAccessible(`${locale} list`);
    for (const path of [`/tickets/${number}`, '/new', '/account']) {
      await visitor.open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await visitor.expectAccessible(`${locale} ${path}`);
    }
    await visitor.leave();
  });
});
