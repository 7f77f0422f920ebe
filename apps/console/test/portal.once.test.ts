import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing, sharedSystem, type System, type TestTenant, type User } from '@helpdeskly/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, Visitor } from './browser.js';

needing('chromium')("the customers' portal", () => {
  let system: System;
  let browser: Browser;
  let tenant: TestTenant;
  let agent: User;
  let customer: User;

  beforeAll(async () => {
    system = await sharedSystem();
    tenant = await system.createTenant();
    agent = await tenant.user('AGENT', 'Anna Agent');
    customer = await tenant.user('CUSTOMER', 'Carl Customer');
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('lets a customer open, answer, resolve and reopen a ticket, and no internal word reaches the browser', async () => {
    const visitor = await Visitor.arrive(browser, tenant, system.app.origin);
    const { page } = visitor;
    await visitor.signIn(customer.email);
    await page.getByRole('heading', { name: 'Your tickets' }).waitFor();
    await page.getByRole('link', { name: 'New ticket' }).click();
    await page.getByLabel('Subject').fill('My order is late');
    await page.getByLabel('How can we help?').fill('It was promised for Monday.');
    await page.getByRole('button', { name: 'Create the ticket' }).click();
    await page.getByRole('heading', { name: 'My order is late' }).waitFor();
    const number = Number(page.url().split('/').at(-1));
    await agent.post(`/tickets/${number}/comments`, { body: 'A Quarrelsome person, beware.', visibility: 'INTERNAL' });
    await agent.patch(`/tickets/${number}`, { tags: ['quarrelsome'], priority: 'LOW' });
    await agent.post(`/tickets/${number}/comments`, { body: 'It leaves today.', changes: { status: 'PENDING' } });
    await page.getByRole('log').getByText('It leaves today.').waitFor();
    await page.getByRole('textbox', { name: 'Reply' }).fill('Thank you, here is the receipt.');
    await page.locator('input[type=file]').setInputFiles({
      name: 'receipt.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('42'),
    });
    await page.getByRole('button', { name: 'Remove receipt.txt' }).waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByRole('log')
      .getByRole('button', { name: /receipt\.txt/ })
      .waitFor();
    await page.getByRole('button', { name: 'It is solved' }).click();
    await page.getByText('Resolved').first().waitFor();
    await page.getByRole('textbox', { name: 'Reply' }).fill('It has not come.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'It is solved' }).waitFor();
    await page.reload();
    await page.getByRole('log').getByText('It has not come.').waitFor();

    const heard = await Promise.all(visitor.answers);
    expect(heard.filter((answer) => answer.includes('It leaves today.'))).not.toEqual([]);
    expect(heard.filter((answer) => /quarrelsome/i.test(answer))).toEqual([]);
    expect((await agent.get(`/tickets/${number}/comments`)).body.data.map(({ body }: any) => body)).toEqual([
      'A Quarrelsome person, beware.',
      'It leaves today.',
      'Thank you, here is the receipt.',
      'It has not come.',
    ]);
    await visitor.leave();
  });

  it("loads nothing of the staff's pages, whatever address a customer opens", async () => {
    const [staff, visitor] = [
      await Visitor.arrive(browser, tenant, system.app.origin),
      await Visitor.arrive(browser, tenant, system.app.origin),
    ];
    await staff.signIn(agent.email);
    await staff.page.getByRole('navigation', { name: 'Views' }).waitFor();
    await visitor.signIn(customer.email);
    await visitor.page.getByRole('heading', { name: 'Your tickets' }).waitFor();
    const { number } = (await customer.post('/tickets', { title: 'A box', description: 'It is open.' })).body;
    for (const [path, heading] of [
      ['/new', 'New ticket'],
      ['/account', 'Your account'],
      [`/tickets/${number}`, 'A box'],
    ]) {
      await visitor.open(path!);
      await visitor.page.getByRole('heading', { name: heading! }).waitFor();
    }
    for (const path of ['/tickets', '/notifications', '/nowhere']) {
      await visitor.open(path);
      await visitor.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }
    const isOfStaff = (url: string) => /staff-app|\/ticket-page|ticket-table|ticket-list-page/.test(url);
    expect(staff.scripts.filter(isOfStaff)).not.toEqual([]);
    expect(visitor.scripts.filter(isOfStaff)).toEqual([]);
    await staff.leave();
    await visitor.leave();
  });
});
