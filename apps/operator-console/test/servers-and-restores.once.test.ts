import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connected, needing, sharedSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { startBrowser } from '@helpdeskly/testing/browser';
import type { Browser } from 'playwright-core';
import { enter, newOperator } from './operator.js';

needing('chromium')("in the operators' console", () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    system = await sharedSystem();
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('a server is drained, takes no new tenant, and takes them again', async () => {
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    const { name } = (await system.operator.get('/database-servers')).body.data[0];
    const stateOf = async () => (await system.operator.get('/database-servers')).body.data[0].state;
    const slug = `t-${randomBytes(5).toString('hex')}`;
    await visitor.open('/servers');
    await page.getByLabel(`Connections to ${name}`, { exact: true }).waitFor();
    await page.getByRole('button', { name: `Drain ${name}` }).click();
    await page.getByRole('dialog').waitFor();
    await visitor.expectAccessible('drain');
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByText('Takes no new tenants').waitFor();
    try {
      expect(await stateOf()).toBe('DRAINING');
      const refused = await system.operator.post('/tenants', {
        name: 'Acme',
        slug,
        admin: { name: 'Ada', email: `ada@${slug}.test` },
      });
      expect([refused.status, refused.body.code]).toEqual([503, 'no_capacity']);
    } finally {
      await page.getByRole('button', { name: `Activate ${name}` }).click();
      await page.getByText('Takes tenants', { exact: true }).waitFor();
    }
    expect(await stateOf()).toBe('ACTIVE');
    await visitor.leave();
  });

  it('the platform is looked at: isolation, order, new credentials, keys, and the servers for pgAdmin', async () => {
    const tenant = await system.createTenant();
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Platform checks' }).click();
    const isolation = page.getByRole('region', { name: 'Isolation of the tenants' });
    const probed = page.waitForResponse((response) => response.url().endsWith('/isolation/run'));
    await isolation.getByRole('button', { name: 'Probe now' }).click();
    expect((await probed).status()).toBe(200);
    await isolation.getByRole('status').filter({ hasText: 'Isolated' }).waitFor();
    await isolation.getByRole('row').nth(1).getByRole('time').waitFor();
    const order = page.getByRole('region', { name: 'Catalog, servers and queues' });
    const lost = await system.createTenant();
    await system.installation.query('DELETE FROM "Tenant" WHERE "id" = $1', [lost.id]);
    await order.getByRole('button', { name: 'Compare now' }).click();
    await order
      .getByRole('row')
      .filter({ hasText: 'unknown_tenant_database' })
      .filter({ hasText: lost.databaseName })
      .waitFor();
    await visitor.expectAccessible('findings');
    await order.getByRole('button', { name: `Adopt ${lost.databaseName}` }).click();
    await dialog.getByLabel('Name').fill('Found again');
    await dialog.getByLabel('Slug').fill(tenant.slug);
    await dialog.getByRole('button', { name: 'Adopt' }).click();
    await dialog.getByText('Another tenant has this slug.').waitFor();
    await dialog.getByLabel('Slug').fill(lost.slug);
    await dialog.getByRole('button', { name: 'Adopt' }).click();
    await page.getByRole('heading', { level: 1, name: 'Found again' }).waitFor();
    expect((await system.operator.get(`/tenants/${lost.slug}`)).body.id).toBe(lost.id);

    await page.getByRole('link', { name: 'Credential rotations' }).click();
    await page.getByRole('button', { name: 'New rotation' }).click();
    await dialog.getByRole('button', { name: 'Begin the rotation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Credential rotation' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Done' }).waitFor();
    await visitor.expectAccessible('a rotation');
    expect((await tenant.admin.get('/tickets')).status).toBe(200);

    await page.getByRole('link', { name: 'Platform keys' }).click();
    const signing = page.getByRole('region', { name: 'Signing keys' });
    await signing.getByRole('row').nth(1).waitFor();
    const retiring = signing.getByText('Its tokens run out');
    const before = await retiring.count();
    await page.getByRole('button', { name: 'New signing keys…' }).click();
    await dialog.getByLabel('Whose tokens').selectOption({ label: 'Operators' });
    await dialog.getByRole('button', { name: 'Make new keys' }).click();
    await retiring.nth(before).waitFor();
    await page.getByRole('link', { name: 'Database servers' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save for pgAdmin' }).click();
    expect(JSON.parse(await readFile(await (await saved).path(), 'utf8'))).toHaveProperty('Servers');
    await visitor.leave();
  });

  it('a backup takes the place of a tenant’s database when its slug was typed, and becomes a tenant of its own', async () => {
    const tenant = await system.createTenant();
    const { slug } = tenant;
    const { body: before } = await tenant.admin.post('/tickets', { title: 'Before', description: 'It is kept.' });
    const visitor = await enter(browser, system, await newOperator(system));
    const { page } = visitor;
    await visitor.open(`/tenants/${slug}`);
    await page.getByRole('button', { name: 'Take a backup now' }).click();
    await page.getByRole('button', { name: 'Replace…' }).waitFor();
    await tenant.admin.post('/tickets', { title: 'After', description: 'It goes.' });

    await page.getByRole('button', { name: 'Replace…' }).click();
    const dialog = page.getByRole('dialog');
    const act = dialog.getByRole('button', { name: 'Replace' });
    expect(await act.isDisabled()).toBe(true);
    await visitor.expectAccessible('replace');
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await act.click();
    await page.getByText('The backup serves in its place.').waitFor();
    const { body: admin } = await system.operator.get(`/tenants/${slug}`);
    expect(admin.status).toBe('ACTIVE');
    const { body: list } = await (await tenant.signIn(tenant.admin.email)).get('/tickets');
    expect(list.data.map(({ title }: { title: string }) => title)).toEqual([before.title]);

    const again = await tenant.signIn(tenant.admin.email);
    await again.delete(`/tickets/${before.number}`);
    await page.getByRole('button', { name: 'Single tickets…' }).last().click();
    await dialog.getByLabel('Numbers of the tickets').fill(`#${before.number}, 4711`);
    await visitor.expectAccessible('single tickets');
    await dialog.getByRole('button', { name: 'Restore the tickets' }).click();
    await page.getByText(`#${before.number} It was deleted, and is shown again`).waitFor();
    await page.getByText('#4711 It is not in the backup').waitFor();
    expect((await again.get(`/tickets/${before.number}`)).status).toBe(200);

    await visitor.open('/backups');
    const restores = page.getByRole('region', { name: 'Restores' }).getByRole('listitem').filter({ hasText: slug });
    await restores.filter({ hasText: 'The backup serves in its place.' }).waitFor();
    await restores.filter({ hasText: 'It was deleted, and is shown again' }).waitFor();
    await visitor.expectAccessible('restores');
    await visitor.open(`/tenants/${slug}`);

    const copy = `${slug.slice(0, 30)}-copy`;
    await page.getByRole('button', { name: 'As a new tenant…' }).last().click();
    await dialog.getByLabel('Name').fill('Acme as it was');
    await dialog.getByLabel('Slug').fill(copy);
    await visitor.expectAccessible('a new tenant of a backup');
    await dialog.getByRole('button', { name: 'Create the tenant' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme as it was' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Active' }).waitFor();
    await until(async () => (await system.operator.get(`/tenants/${copy}`)).body.status === 'ACTIVE');
    await visitor.leave();
  });

  it('a tenant gets a backup policy of its own, archives that are deleted when its slug was typed, and an anonymous clone', async () => {
    const { slug } = await system.createTenant();
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await visitor.open(`/tenants/${slug}`);
    await page.getByRole('button', { name: 'Change the policy…' }).click();
    await dialog.getByLabel('One every').fill('often');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('[aria-invalid=true]').waitFor();
    await dialog.getByLabel('One every').fill('6h');
    await dialog.getByLabel('Weeks').fill('9');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/One is taken every 6h.+ 9 weeks/).waitFor();

    await page.getByRole('button', { name: 'Take a backup now' }).click();
    await page.getByRole('button', { name: 'Verify' }).first().waitFor();
    await visitor.open('/backups');
    const archive = page.getByRole('region', { name: 'Archives' }).getByRole('listitem').filter({ hasText: slug });
    await archive.getByRole('button', { name: 'Delete the backup…' }).first().click();
    await visitor.expectAccessible('delete a backup');
    await dialog.getByLabel(`Type ${slug} to confirm`).fill(slug);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.waitFor({ state: 'detached' });

    await visitor.open(`/tenants/${slug}`);
    await page.getByRole('button', { name: 'Clone…' }).click();
    expect(await dialog.getByLabel('Anonymize').isDisabled()).toBe(true); // An OPERATOR takes no real names along.
    await dialog.getByLabel('Name').fill('Nobody’s data');
    await dialog.getByRole('button', { name: 'Clone it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Nobody’s data' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^Active/ })
      .waitFor();
    await visitor.leave();
  });

  it('a drift check finds what differs in a tenant, and nothing once that is mended', async () => {
    const { slug, databaseName } = await system.createTenant();
    const inDatabase = (sql: string) => connected(urlOf(databaseName), (client) => client.query(sql));
    await inDatabase('CREATE TABLE "Drifted" ()');
    const visitor = await enter(browser, system, await newOperator(system, 'OPERATOR'));
    const { page } = visitor;
    const order = async () => {
      await visitor.open('/drift');
      await page.getByRole('button', { name: 'New check' }).click();
      await page.getByRole('dialog').getByLabel('Tenants', { exact: true }).fill(slug);
      await page.getByRole('button', { name: 'Begin the check' }).click();
    };
    await order();
    await page.getByRole('status').filter({ hasText: 'Differences found' }).waitFor();
    await page
      .getByRole('region', { name: slug })
      .getByText(/Drifted/)
      .first()
      .waitFor();
    await visitor.expectAccessible('differences');
    await inDatabase('DROP TABLE "Drifted"');
    await order();
    await page.getByRole('status').filter({ hasText: 'As their templates' }).waitFor();
    await visitor.leave();
  });
});
