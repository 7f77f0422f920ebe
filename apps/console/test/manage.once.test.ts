import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { needing, sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, Visitor } from './browser.js';

needing('chromium')('managing the helpdesk', () => {
  let system: System;
  let browser: Browser;
  let tenant: TestTenant;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    system = await sharedSystem();
    browser = await startBrowser();
  });
  beforeEach(async () => {
    tenant = await system.createTenant();
    visitor = await Visitor.arrive(browser, tenant, system.app.origin);
    page = visitor.page;
  });
  afterEach(() => visitor.leave());
  afterAll(() => browser?.close());

  const manageAs = async (email: string): Promise<void> => {
    await visitor.signIn(email);
    await page.getByRole('link', { name: 'Manage the helpdesk' }).click();
    await page.getByRole('heading', { name: 'Users' }).waitFor();
  };

  it('invites somebody by a link that opens the account, and disables it again', async () => {
    await manageAs(tenant.admin.email);
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    await dialog.getByLabel('Name').fill('Nora New');
    await dialog.getByLabel('Email').fill(tenant.admin.email);
    await dialog.getByRole('button', { name: 'Create the user' }).click();
    await dialog.getByRole('alert').getByText('Somebody already has this email address.').waitFor();
    await dialog.getByLabel('Email').fill('nora@new.example');
    await dialog.getByLabel('Role').selectOption('AGENT');
    await dialog.getByRole('button', { name: 'Create the user' }).click();
    await page.getByRole('heading', { name: 'Nora New' }).waitFor();
    await page.getByRole('button', { name: 'Make an invitation link' }).click();
    const link = await page.getByLabel('Link for Nora New').inputValue();

    const invited = await Visitor.arrive(browser, tenant, system.app.origin);
    await invited.page.goto(link);
    await invited.page.getByLabel('Password').fill('several words that nobody guesses');
    await invited.page.keyboard.press('Enter');
    await invited.page.getByRole('navigation', { name: 'Views' }).waitFor();

    await page.reload();
    await page.getByRole('button', { name: 'Disable the account' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable the account' }).click();
    await page.getByRole('button', { name: 'Enable the account' }).waitFor();
    await invited.page.getByText('Your session has ended.').waitFor();
    await invited.leave();
  });

  it('anonymizes a customer, after saying what changes', async () => {
    const customer = await tenant.user('CUSTOMER', 'Carl Customer');
    await customer.post('/tickets', { title: 'Carl Customer asks', description: 'x' });
    await manageAs(tenant.admin.email);
    await page.getByLabel('Name or address').fill('carl');
    await page.getByRole('link', { name: 'Carl Customer' }).click();
    await page.getByRole('button', { name: 'Anonymize…' }).click();
    await page.getByRole('dialog').getByText('1 ticket changes').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Anonymize' }).click();
    await page.getByRole('heading', { name: 'Carl Customer' }).waitFor({ state: 'detached' });
    const { body } = await tenant.admin.get(`/users/${customer.id}`);
    expect(body.name).not.toContain('Carl');
  });

  it('keeps organizations and groups, with their members', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    await manageAs(tenant.admin.email);
    await page.getByRole('link', { name: 'Organizations' }).click();
    await page.getByRole('heading', { name: 'No organization found' }).waitFor();
    await page.getByRole('button', { name: 'New organization' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Initech');
    await page.getByRole('dialog').getByLabel("Its customers see each other's tickets").check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Shares its tickets').waitFor();
    await page.getByRole('button', { name: 'Delete Initech' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No organization found' }).waitFor();

    await page.getByRole('link', { name: 'Groups' }).click();
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Second level');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Members of Second level' }).click();
    await page.getByRole('combobox', { name: 'Add a member' }).fill('anna');
    await page.getByRole('option', { name: /Anna Agent/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Anna Agent' }).waitFor();
    const [group] = (await tenant.admin.get('/groups')).body.data;
    const members = (await tenant.admin.get(`/groups/${group.id}/members`)).body.data;
    expect(members.map(({ id }: any) => id)).toEqual([agent.id]);
  });

  it('lets an agent look at colleagues without changing them', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    await manageAs(agent.email);
    await page.getByRole('link', { name: 'Ada Admin' }).click();
    await page.getByRole('heading', { name: 'Ada Admin' }).waitFor();
    expect(await page.getByLabel('Name').isDisabled()).toBe(true);
    expect(await page.getByRole('heading', { name: 'Personal data' }).count()).toBe(0);
  });
});
