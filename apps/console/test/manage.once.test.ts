import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { connected, needing, sharedSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
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

  const signInAs = async (email: string): Promise<void> => {
    await visitor.signIn(email);
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
  };

  const manageAs = async (email: string): Promise<void> => {
    await signInAs(email);
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

  it('keeps macros, views, a mailbox and settings', async () => {
    const { admin } = tenant;
    await admin.post('/views', { name: 'Low ones', filters: { priority: ['LOW'] } });
    await admin.post('/views', { name: 'Urgent ones', filters: { priority: ['URGENT'] } });
    await manageAs(admin.email);
    await page.getByRole('link', { name: 'Macros' }).click();
    await page.getByRole('button', { name: 'New macro' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Thanks');
    await dialog.getByLabel('Reply').fill('Dear {{ticket.author.name}}, thank you.');
    await dialog.getByLabel('Status').selectOption('RESOLVED');
    await dialog.getByLabel('Assignee').selectOption('me');
    await dialog.getByLabel('Tags to add').fill('thanked, done');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit Thanks' }).waitFor();
    const [macro] = (await admin.get('/macros')).body.data;
    expect(macro).toMatchObject({
      reply: { body: 'Dear {{ticket.author.name}}, thank you.', visibility: 'PUBLIC' },
      changes: { status: 'RESOLVED', assignToMe: true, addTags: ['thanked', 'done'] },
    });

    await page.getByRole('navigation', { name: 'Manage the helpdesk' }).getByRole('link', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Move Urgent ones up' }).click();
    await page.getByRole('button', { name: 'Move Low ones up' }).waitFor();
    expect((await admin.get('/views')).body.data.map(({ name }: any) => name)).toEqual(['Urgent ones', 'Low ones']);

    await page.getByRole('link', { name: 'Mailboxes' }).click();
    await page.getByRole('button', { name: /^Edit support@/ }).click();
    await dialog.getByLabel('Signature').fill('Yours, the support');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await admin.get('/mailboxes')).body.data[0].signature).toBe('Yours, the support');

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Language of the search').selectOption('french');
    await page.getByLabel('Unknown senders of mails become customers').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await admin.get('/settings')).body).toMatchObject({ searchLanguage: 'french', mailSignUp: false });
  });

  it('writes a mail template, shows a mail by it first, and puts the built-in words back', async () => {
    const { admin } = tenant;
    const read = async () => (await admin.get('/settings/templates/received/de')).body;
    const builtIn = await read();
    await manageAs(admin.email);
    await page.getByRole('link', { name: 'Mail templates' }).click();
    await page.getByLabel('Language', { exact: true }).selectOption('de');
    await page.getByRole('button', { name: 'Edit We have your mail' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Text').fill('Ihre Nachricht ist {{ticket.reference}}, {{nobody.name}}.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Text').fill('Ihre Nachricht ist {{ticket.reference}}.');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog
      .getByRole('region', { name: 'Preview' })
      .getByText(/Ihre Nachricht ist \S+-\d+\./)
      .waitFor();
    expect(await read()).toEqual(builtIn);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your words').waitFor();
    expect(await read()).toMatchObject({ body: 'Ihre Nachricht ist {{ticket.reference}}.', isBuiltIn: false });
    await page.getByRole('button', { name: 'Edit We have your mail' }).click();
    await dialog.getByRole('button', { name: 'Back to the built-in words' }).click();
    await page.getByText('Your words').waitFor({ state: 'detached' });
    expect(await read()).toEqual(builtIn);
  });

  it('warns of an address that no mail reaches, until somebody says that it works again', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    const customer = await tenant.user('CUSTOMER', 'Carl Customer');
    const { number } = (await customer.post('/tickets', { title: 'Asks', description: 'x' })).body;
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query('INSERT INTO "UndeliverableAddress" ("addressKey", "code") VALUES ($1, $2)', [
        customer.email.toLowerCase(),
        '5.1.1',
      ]),
    );
    await signInAs(agent.email);
    await visitor.open(`/tickets/${number}`);
    const warning = page.getByText('No mail leaves to Carl Customer');
    await warning.waitFor();
    await page.getByRole('button', { name: 'Internal note' }).first().click();
    await warning.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Reply to Carl Customer' }).click();
    await page.getByRole('link', { name: 'Undeliverable addresses' }).click();
    await page.getByRole('button', { name: `Let mail leave to ${customer.email.toLowerCase()} again` }).click();
    await page.getByRole('heading', { name: 'No undeliverable addresses' }).waitFor();
    await visitor.open(`/tickets/${number}`);
    await page.getByRole('button', { name: 'Reply to Carl Customer' }).waitFor();
    await visitor.loaded();
    expect(await warning.count()).toBe(0);
  });

  it('closes spam, takes that back, and tells of both in the history', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    const customer = await tenant.user('CUSTOMER', 'Carl Customer');
    const { id, number } = (await customer.post('/tickets', { title: 'Win now', description: 'x' })).body;
    await signInAs(agent.email);
    await visitor.open(`/tickets/${number}`);
    await page.getByRole('button', { name: 'Spam', exact: true }).click();
    await page.getByText(`Ticket #${number} is spam; mails from Carl Customer are held`).waitFor();
    expect((await agent.get(`/tickets/${id}`)).body.status).toBe('CLOSED');
    await page.reload();
    await page.getByRole('button', { name: 'No spam' }).click();
    await page.getByRole('button', { name: 'Spam', exact: true }).waitFor();
    expect((await agent.get(`/tickets/${id}`)).body.status).toBe('OPEN');
    await page.getByRole('button', { name: 'History' }).click();
    const history = page.getByRole('list', { name: 'History' });
    expect(await history.getByText('Spam').count()).toBe(2);
  });

  it('keeps the language and time zone of mails, for the helpdesk and for oneself', async () => {
    const { admin } = tenant;
    await manageAs(admin.email);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Language of mails').selectOption('fr');
    await page.getByLabel('Time zone in mails').fill('Europe/Nowhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Time zone in mails').fill('Europe/Paris');
    await page.getByLabel('Customers hear by mail that their ticket was closed').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await admin.get('/settings')).body).toMatchObject({
      locale: 'fr',
      timeZone: 'Europe/Paris',
      closedMail: true,
    });
    await visitor.open('/account');
    const own = page.getByRole('region', { name: 'Mails to you' });
    await own.getByLabel('Language of mails').selectOption('de');
    await own.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await admin.get(`/users/${admin.id}`)).body).toMatchObject({ locale: 'de', timeZone: null });
    const byMail = page.getByLabel('Somebody mentioned you: By mail');
    const chosen = async () => (await admin.get('/notifications/preferences')).body.MENTIONED;
    const before = await chosen();
    await byMail.click();
    await until(async () => (await chosen()).mail !== before.mail);
    expect((await chosen()).inApp).toBe(before.inApp);
    expect(await byMail.isChecked()).toBe(!before.mail);
  });

  it('makes a key that works until it is revoked, and shows both in the audit trail', async () => {
    await manageAs(tenant.admin.email);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('Import');
    await page.getByRole('button', { name: 'Create the key' }).click();
    const key = await page.getByLabel('The key').inputValue();
    const program = tenant.visitor.with({ authorization: `Bearer ${key}` });
    expect((await program.get('/tickets')).status).toBe(200);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Revoke Import' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked').waitFor();
    expect((await program.get('/tickets')).status).toBe(401);
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByRole('listitem').filter({ hasText: 'API key revoked' }).waitFor();
    await page.getByLabel('What happened').selectOption('API_KEY_CREATED');
    await page.getByRole('listitem').filter({ hasText: 'API key revoked' }).waitFor({ state: 'detached' });
    await page.getByRole('listitem').filter({ hasText: 'API key created' }).waitFor();
  });

  it('makes a webhook, shows its secret once, and says why an address is refused', async () => {
    await manageAs(tenant.admin.email);
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill('https://127.0.0.1/hooks');
    await dialog.getByRole('button', { name: 'Create the webhook' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('A ticket was changed').uncheck();
    await dialog.getByLabel('Address').fill('https://hooks.example.com/in');
    await dialog.getByRole('button', { name: 'Create the webhook' }).click();
    expect(await dialog.getByLabel('The secret that signs').inputValue()).toMatch(/^whsec_/);
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Edit https://hooks.example.com/in' }).click();
    await dialog.getByLabel('On', { exact: true }).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Off', { exact: true }).waitFor();
    const [webhook] = (await tenant.admin.get('/webhooks')).body.data;
    expect(webhook).toMatchObject({ url: 'https://hooks.example.com/in', enabled: false });
    expect(webhook.events).toContain('CREATED');
    expect(webhook.events).not.toContain('UPDATED');
  });

  it('shows how the helpdesk does: as plots, as figures behind them and as files', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    const open = { title: 'Waits', description: 'x' };
    for (let n = 0; n < 3; n++) expect((await agent.post('/tickets', open)).status).toBe(201);
    const resolved = await agent.post('/tickets', { ...open, assignedToId: agent.id });
    expect((await agent.patch(`/tickets/${resolved.body.id}`, { status: 'RESOLVED' })).status).toBe(200);
    await manageAs(tenant.admin.email);
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('heading', { name: 'Reports' }).waitFor();

    const ages = page.getByRole('region', { name: 'Unsolved tickets by age' }).first();
    await ages.getByText('Show the figures').click();
    await ages.getByRole('row', { name: 'Under 1 day 3 0 0 3' }).waitFor();
    expect(await ages.locator('canvas').count()).toBe(1);
    await page.getByRole('row', { name: /^Anna Agent 1 1 0/ }).waitFor();
    await page.getByRole('row', { name: /^Nobody 3 0 3/ }).waitFor();
    await page.getByLabel('Assignee').selectOption({ label: 'Anna Agent' });
    await ages.getByRole('row', { name: 'Under 1 day 0 0 0 0' }).waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      ages.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('open.csv');
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toBe((await tenant.admin.get(`/reports/tickets/open.csv?assignedTo=${agent.id}`)).body);
  });

  it('does not show an agent what is for admins, and says so when its address is opened', async () => {
    const agent = await tenant.user('AGENT', 'Anna Agent');
    await manageAs(agent.email);
    const menu = page.getByRole('navigation', { name: 'Manage the helpdesk' });
    await menu.getByRole('link', { name: 'Macros' }).waitFor();
    expect(await menu.getByRole('link', { name: 'API keys' }).count()).toBe(0);
    for (const path of ['reports', 'webhooks', 'api-keys', 'audit', 'mailboxes', 'inbound-mails', 'templates']) {
      await visitor.open(`/manage/${path}`);
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    }
  });
});
