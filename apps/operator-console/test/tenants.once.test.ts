import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connected, needing, sharedSystem, type System, urlOf } from '@helpdeskly/testing';
import { startBrowser, Visitor } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { enter, newOperator, setUpFactor } from './operator.js';

const newSlug = () => `t-${randomBytes(5).toString('hex')}`;

needing('chromium')("the operators' console", () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    system = await sharedSystem();
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('lets an operator in by a code of the second factor, and by a recovery code once', async () => {
    const operator = await newOperator(system);
    const { code, recoveryCodes } = await setUpFactor(system, operator);
    const visitor = await Visitor.at(browser, system.control.origin);
    const { page } = visitor;
    await visitor.signIn(operator.email, 'not the password of anybody');
    await page.getByText('The email address or the password is wrong.').waitFor();
    await visitor.signIn(operator.email, operator.password);
    await page.getByLabel('Code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('This link or code is no longer valid.').or(page.getByText(/wrong/)).first().waitFor();
    await page.getByLabel('Code').fill(await code());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What needs somebody' }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === 'helpdeskly_operator_session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });

    await page.reload();
    await page.getByRole('heading', { name: 'What needs somebody' }).waitFor();
    await page.getByRole('button', { name: /^Olga Operator/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    for (const works of [true, false]) {
      await visitor.signIn(operator.email, operator.password);
      await page.getByLabel('Code').fill(recoveryCodes[0] ?? '');
      await page.keyboard.press('Enter');
      if (!works) break;
      await page.getByRole('heading', { name: 'What needs somebody' }).waitFor();
      await page.getByRole('button', { name: /^Olga Operator/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
    }
    await page.locator('[aria-invalid=true]').waitFor();
    await visitor.leave();
  });

  it('creates a tenant and shows it become active without a reload', async () => {
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const slug = newSlug();
    await page.getByRole('link', { name: 'Tenants' }).click();
    await page.getByRole('link', { name: 'New tenant' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Acme & Söhne');
    expect(await page.getByLabel('Slug').inputValue()).toBe('acme-sohne');
    await page.getByLabel('Slug').fill('admin');
    await page.getByLabel('Name of the first admin').fill('Ada Admin');
    await page.getByLabel('Email of the first admin').fill(`ada@${slug}.example`);
    await page.getByRole('button', { name: 'Create the tenant' }).click();
    await page.getByText('This slug is reserved.').first().waitFor();
    await page.getByLabel('Slug').fill(slug);
    const loads: string[] = [];
    page.on('framenavigated', (frame) => frame === page.mainFrame() && loads.push(frame.url()));
    const documents: string[] = [];
    page.on('request', (request) => request.isNavigationRequest() && documents.push(request.url()));
    await page.getByRole('button', { name: 'Create the tenant' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme & Söhne' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Active' }).waitFor();
    expect(loads).toEqual([`${visitor.origin}/tenants/${slug}`]);
    expect(documents).toEqual([]); // The router moved; no page was loaded.
    expect((await system.operator.get(`/tenants/${slug}`)).body.status).toBe('ACTIVE');

    await page.getByRole('button', { name: 'Invite the admin…' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = new URL(await page.getByLabel(`Link for ada@${slug}.example`).inputValue());
    expect([link.hostname.split('.')[0], link.pathname]).toEqual([slug, '/invitation']);
    expect(link.hash.length).toBeGreaterThan(20);
    await visitor.leave();
  });

  it('suspends a tenant only when its slug was typed, and activates, renames, deletes, restores and purges it', async () => {
    const tenant = await system.createTenant();
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    const { slug } = tenant;
    const statusIs = (name: string | RegExp) => page.getByRole('status').filter({ hasText: name }).first().waitFor();
    const dialog = page.getByRole('dialog');
    await visitor.open(`/tenants/${slug}`);
    await page.getByRole('button', { name: 'Suspend…' }).click();
    await dialog.getByLabel('Reason').fill('Unpaid');
    expect(await dialog.getByRole('button', { name: 'Suspend' }).isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug.slice(0, -1));
    expect(await dialog.getByRole('button', { name: 'Suspend' }).isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await statusIs('Suspended');
    await statusIs('Unpaid');
    expect((await system.operator.get(`/tenants/${slug}`)).body).toMatchObject({
      status: 'SUSPENDED',
      statusReason: 'Unpaid',
    });
    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    await statusIs(/^Active/);
    await page.getByRole('listitem').filter({ hasText: 'tenant.suspended' }).waitFor();

    await page.getByRole('button', { name: 'Rename…' }).click();
    await dialog.getByLabel('Name').fill('Globex');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Globex' }).waitFor();

    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await statusIs('Being deleted');
    await page.getByRole('button', { name: 'Restore' }).click();
    await statusIs(/^Active/);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Purge now…' }).click();
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await dialog.getByRole('button', { name: 'Purge now' }).click();
    await page.getByRole('heading', { name: 'It is not here' }).waitFor();
    await page.getByRole('link', { name: 'Certificate of deletion' }).click();
    await page.getByRole('region', { name: 'What was deleted' }).getByText('Its database').waitFor();
    await visitor.expectAccessible('certificate');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as a file' }).click();
    expect((await saved).suggestedFilename()).toBe(`deletion-certificate-${tenant.id}.json`);
    expect((await system.operator.get(`/tenants/${slug}`)).status).toBe(404);
    await visitor.open('/deletions');
    await page.getByLabel('Slug that it had').fill(slug);
    await page.getByRole('link', { name: tenant.id }).click();
    await page.getByRole('heading', { level: 1, name: 'Certificate of deletion' }).waitFor();
    await visitor.leave();
  });

  it('finds tenants by words and state, and keeps both in the address', async () => {
    const [one, other] = [await system.createTenant(), await system.createTenant()];
    await system.operator.post(`/tenants/${other.slug}/suspend`, {});
    const visitor = await enter(browser, system, await newOperator(system, 'VIEWER'));
    const { page } = visitor;
    await visitor.open('/tenants');
    await page.getByLabel('Slug or name').fill(one.slug);
    await page.getByRole('row').filter({ hasText: other.slug }).waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: one.slug }).waitFor();
    await page.getByLabel('Status').selectOption('SUSPENDED');
    await page.getByRole('heading', { name: 'No tenant found' }).waitFor();
    await page.getByLabel('Slug or name').fill(other.slug);
    await page.getByRole('row').filter({ hasText: other.slug }).waitFor();
    await page.reload();
    await page.getByRole('row').filter({ hasText: other.slug }).waitFor();
    expect(await page.getByLabel('Slug or name').inputValue()).toBe(other.slug);
    await visitor.leave();
  });

  it('changes all tenants that a filter finds, once it has said what would be done and their number was typed', async () => {
    const [one, other] = [await system.createTenant(), await system.createTenant()];
    const plan = newSlug();
    await system.operator.post('/plans', { name: plan });
    for (const { slug } of [one, other]) await system.operator.patch(`/tenants/${slug}`, { plan });
    await system.operator.post(`/tenants/${other.slug}/suspend`, {});
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    const statusOf = async (slug: string) => (await system.operator.get(`/tenants/${slug}`)).body.status;
    await visitor.open('/tenants');
    await page.getByRole('button', { name: 'Change all of these…' }).click();
    await dialog.getByText('never all at once').waitFor();
    await page.keyboard.press('Escape');
    await visitor.open(`/tenants?plan=${plan}`);
    await page.getByRole('row').filter({ hasText: one.slug }).waitFor();
    await page.getByRole('button', { name: 'Change all of these…' }).click();
    await dialog.getByLabel('Action').selectOption('setLimits');
    await dialog.getByLabel('Connections').fill('3');
    await dialog.getByRole('button', { name: 'See what would be done' }).click();
    await dialog.getByText('Would change: 2 · so already: 0 · would be refused: 0').waitFor();
    await dialog.getByRole('button', { name: 'Back' }).click();
    await dialog.getByLabel('Action').selectOption('suspend');
    await dialog.getByRole('button', { name: 'See what would be done' }).click();
    await dialog.getByText('Would change: 1 · so already: 1 · would be refused: 0').waitFor();
    await dialog.getByRole('link', { name: one.slug }).waitFor();
    await visitor.expectAccessible('what would be done');
    expect(await statusOf(one.slug)).toBe('ACTIVE');
    const deed = dialog.getByRole('button', { name: 'Suspend: 1 tenant' });
    expect(await deed.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 1 to confirm').fill('1');
    await deed.click();
    await dialog.getByText('Changed: 1 · so already: 0 · refused: 0').waitFor();
    expect(await statusOf(one.slug)).toBe('SUSPENDED');
    await visitor.leave();
  });

  it('makes a plan, gives it to a tenant with a limit of its own, changes it, and deletes it when nobody has it', async () => {
    const tenant = await system.createTenant();
    const name = newSlug();
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    const limitsOf = async () => (await system.operator.get(`/tenants/${tenant.slug}`)).body.limits;
    const row = page.getByRole('row').filter({ hasText: name });
    await page.getByRole('link', { name: 'Plans' }).click();
    await page.getByRole('button', { name: 'New plan' }).click();
    await dialog.getByLabel('Name').fill('standard');
    await dialog.getByRole('button', { name: 'Create the plan' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'already taken' }).waitFor();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Connections').fill('7');
    await dialog.getByLabel('Storage in GiB').fill('0.5');
    await dialog.getByLabel('Features').fill('sla, ?');
    await dialog.getByRole('button', { name: 'Create the plan' }).click();
    await dialog.locator('textarea[aria-invalid]').waitFor();
    await dialog.getByLabel('Features').fill('sla, audit');
    await dialog.getByRole('button', { name: 'Create the plan' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Name' }).fill(name);
    await row.filter({ hasText: 'audit, sla' }).filter({ hasText: '536.9 MB' }).waitFor();

    await visitor.open(`/tenants/${tenant.slug}`);
    await page.getByRole('button', { name: 'Plan and limits…' }).click();
    await dialog.getByLabel('Plan').selectOption(name);
    await dialog.getByLabel('Requests per minute').fill('900');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const glance = page.getByRole('region', { name: 'At a glance' });
    await glance.getByText('audit, sla').waitFor();
    await glance.getByText('its own').waitFor();
    expect(await limitsOf()).toEqual({ maxConnections: 7, requestsPerMinute: 900, storageBytes: 2 ** 29 });

    await visitor.open('/plans');
    await page.getByRole('searchbox', { name: 'Name' }).fill(name);
    await row.getByRole('button', { name: `Change ${name}` }).click();
    await dialog.getByLabel('Connections').fill('9');
    await dialog.getByLabel('Requests per minute').fill('500');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await limitsOf()).toEqual({ maxConnections: 9, requestsPerMinute: 900, storageBytes: 2 ** 29 });
    expect(await row.getByRole('button', { name: `Delete ${name}` }).count()).toBe(0);
    await system.operator.patch(`/tenants/${tenant.slug}`, { plan: 'standard' });
    await row.getByRole('link', { name: '1', exact: true }).click();
    await page.getByRole('heading', { name: 'No tenant found' }).waitFor();
    await page.getByRole('link', { name: 'Plans' }).click();
    await page.getByRole('searchbox', { name: 'Name' }).fill(name);
    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'No plan found' }).waitFor();
    await visitor.leave();
  });

  it('imports tenants from a file once it has said which rows would be refused and why, and saves the list as a file', async () => {
    const [slug, other] = [newSlug(), await system.createTenant()];
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const rows = page.getByRole('listitem');
    const choose = async (text: string | Buffer) => {
      const buffer = Buffer.from(text as string);
      await page.getByLabel('CSV file').setInputFiles({ name: 'tenants.csv', mimeType: 'text/csv', buffer });
      await page.getByRole('button', { name: 'See what would be done' }).click();
    };
    await visitor.open('/tenants');
    await page.getByRole('link', { name: 'Import…' }).click();
    await choose(Buffer.from([0x6e, 0xe4]));
    await page.getByRole('alert').filter({ hasText: 'UTF-8' }).waitFor();
    await choose('slug,colour\n');
    await page.getByRole('alert').filter({ hasNotText: 'UTF-8' }).waitFor();
    const row = (name: string, its: string) => `${name},${its},ada@${slug}.example,Ada\n`;
    await choose(`name,slug,admin.email,admin.name\n${row('Söhne', slug)}${row('Taken', other.slug)}${row('', 'x')}`);
    await page.getByText('Would change: 1 · so already: 0 · would be refused: 2').waitFor();
    await rows
      .filter({ hasText: `Row 2 · ${other.slug}` })
      .filter({ hasText: 'Would be refused' })
      .waitFor();
    await rows.filter({ hasText: 'Row 3' }).getByText('name: This field is required.').waitFor();
    await visitor.expectAccessible('what an import would do');
    expect((await system.operator.get(`/tenants/${slug}`)).status).toBe(404);
    await page.getByRole('button', { name: 'Import 1 tenant' }).click();
    await page.getByText('Changed: 1 · so already: 0 · refused: 2').waitFor();
    await rows.getByRole('link', { name: slug }).click();
    await page.getByRole('heading', { level: 1, name: 'Söhne' }).waitFor();

    await visitor.open(`/tenants?q=${slug}`);
    await page.getByRole('row').filter({ hasText: slug }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`,${slug},Söhne,`);
    await visitor.leave();
  });

  it('asks many tenants the same: rows, who failed and why, bad statements, and a file', async () => {
    const [one, broken] = [await system.createTenant(), await system.createTenant()];
    await connected(urlOf(broken.databaseName), (client) => client.query('ALTER TABLE "Ticket" RENAME TO "Gone"'));
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    const ask = async (sql: string, tenants: string) => {
      await page.getByLabel('SQL').fill(sql);
      await page.getByLabel('Tenants', { exact: true }).fill(tenants);
      await page.getByLabel('SQL').press('Control+Enter');
    };
    await page.getByRole('link', { name: 'Fleet query' }).click();
    await ask('SELECT FROM WHERE', one.slug);
    await page.getByRole('alert').filter({ hasText: 'not one statement that reads' }).waitFor();
    await ask('SELECT 1', 'nobody-here');
    await page.getByRole('alert').filter({ hasText: 'nobody-here' }).waitFor();
    await ask('SELECT count(*) AS tickets, 9007199254740993 AS big FROM "Ticket"', `${one.slug}, ${broken.slug}`);
    await page.getByRole('status').filter({ hasText: 'Answered: 1 of 2 tenants · rows: 1 · failed: 1' }).waitFor();
    await page.getByRole('columnheader', { name: 'tickets' }).waitFor();
    await page.getByRole('row').filter({ hasText: one.slug }).getByText('9007199254740993').waitFor();
    const failed = page.getByRole('region', { name: 'Tenants without a whole answer' }).getByRole('listitem');
    await failed.filter({ hasText: broken.slug }).filter({ hasText: '42P01' }).waitFor();
    await visitor.expectAccessible('an answer of the fleet');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const csv = await readFile(await (await saved).path(), 'utf8');
    expect(csv).toBe(`tenant,tickets,big\r\n${one.slug},0,9007199254740993\r\n`);
    await page.getByLabel('Seconds in each database at most').fill('30');
    const stopped = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/fleet-queries'));
    await ask('SELECT pg_sleep(29)', one.slug);
    await page.getByRole('button', { name: 'Stop asking' }).click();
    await stopped;
    await page.getByRole('button', { name: 'Stop asking' }).waitFor({ state: 'detached' });
    await connected(urlOf(broken.databaseName), (client) => client.query('ALTER TABLE "Gone" RENAME TO "Ticket"'));
    await visitor.leave();
  });

  it('follows a run that changes many, and names its tenants by their slugs', async () => {
    const tenant = await system.createTenant();
    const ids = [tenant.id, ...Array.from({ length: 100 }, () => randomUUID())];
    await system.operator.post('/tenants/bulk', { action: 'suspend', ids });
    const visitor = await enter(browser, system, await newOperator(system, 'VIEWER'));
    const { page } = visitor;
    await page.getByRole('link', { name: 'Bulk runs' }).click();
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByText('Changed: 1 · so already: 0 · refused: 100').waitFor();
    await page.getByRole('row').filter({ hasText: tenant.slug }).filter({ hasText: 'Changed' }).waitFor();
    await page.getByLabel('Outcome').selectOption('refused');
    await page.getByRole('row').filter({ hasText: tenant.slug }).waitFor({ state: 'detached' });
    await visitor.leave();
  });

  it('shows what came to abuse@ as the text that it is, marks it as read, and deletes it', async () => {
    const subject = `Spam ${randomBytes(4).toString('hex')}`;
    const raw = `Subject: ${subject}\r\n\r\n<img src=x onerror=alert(1)> Somebody sends spam.`;
    await system.installation.query(
      `INSERT INTO "OperatorMail" ("contentKey", "recipient", "envelopeFrom", "fromAddress", "subject", "size", "raw")
       VALUES (sha256($1::text::bytea), 'abuse@desk.example', 'rita@open.example', 'rita@open.example', $1, $2, convert_to($3, 'UTF8'))`,
      [subject, raw.length, raw],
    );
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    await page.getByRole('link', { name: 'Postmaster' }).click();
    const mail = page.getByRole('listitem').filter({ hasText: subject });
    const show = () => mail.getByRole('button', { name: `Show ${subject}` }).click();
    await show();
    await page.getByRole('region', { name: 'The message as it came' }).getByText('<img src=x').waitFor();
    await visitor.expectAccessible('a mail');
    await page.getByRole('button', { name: 'Mark as read' }).click();
    await mail.waitFor({ state: 'detached' });
    await page.getByLabel('State').selectOption('read');
    await show();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await mail.waitFor({ state: 'detached' });
    await visitor.leave();
  });

  it('offers a viewer no change, and an operator nothing of the owners', async () => {
    const { slug } = await system.createTenant();
    const viewer = await enter(browser, system, await newOperator(system, 'VIEWER'));
    await viewer.open(`/tenants/${slug}`);
    await viewer.page.getByRole('heading', { name: 'At a glance' }).waitFor();
    for (const name of ['Suspend…', 'Clone…', 'Change the policy…', 'Plan and limits…'])
      expect(await viewer.page.getByRole('button', { name }).count()).toBe(0);
    for (const [path, name] of [
      ['/rehearsals', 'New rehearsal'],
      ['/drift', 'New check'],
      ['/plans', 'New plan'],
      ['/tenants', 'Import…'],
    ] as const) {
      await viewer.open(path);
      await viewer.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await viewer.page.getByRole('main').getByText(name).count()).toBe(0);
    }
    for (const path of ['/import', '/tenants/new', '/mails', '/api-keys', '/fleet-query']) {
      await viewer.open(path);
      await viewer.page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    }
    await viewer.leave();
    const operator = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    expect(await operator.page.getByRole('link', { name: 'Operators' }).count()).toBe(0);
    await operator.open('/operators');
    await operator.page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    await operator.leave();
  });

  it('is worked by the keyboard alone', async () => {
    const { slug } = await system.createTenant();
    const operator = await newOperator(system);
    const visitor = await Visitor.at(browser, system.control.origin);
    const { page } = visitor;
    const { keyboard } = page;
    await page.getByLabel('Email').waitFor();
    await keyboard.type(operator.email);
    await keyboard.press('Tab');
    await keyboard.type(operator.password);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What needs somebody' }).waitFor();
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await keyboard.press('g');
    await keyboard.press('d');
    await page.getByRole('heading', { name: 'Schema drift', level: 1 }).waitFor();
    await tabTo(visitor, 'New check');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New check' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await keyboard.press('g');
    await keyboard.press('t');
    await page.getByRole('heading', { name: 'Tenants', level: 1 }).waitFor();
    await keyboard.type(slug);
    await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
    await tabTo(visitor, slug);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'At a glance' }).waitFor();
    await tabTo(visitor, 'Suspend…');
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page
      .locator(':focus')
      .and(page.getByLabel(`Type ${slug} to confirm`))
      .waitFor();
    await keyboard.type(slug);
    await tabTo(visitor, 'Suspend');
    await keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Suspended' }).waitFor();
    await visitor.leave();
  });
});

/** Presses Tab until what has these words has the focus. */
async function tabTo({ page }: Visitor, words: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (
      (await page
        .locator(':focus')
        .textContent()
        .catch(() => '')) === words
    )
      return;
  }
  throw new Error(`the keyboard does not reach ${words}`);
}
