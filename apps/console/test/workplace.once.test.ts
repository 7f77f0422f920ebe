import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  needing,
  ServiceProcess,
  startSystem,
  until,
  type System,
  type TestTenant,
  type User,
} from '@helpdeskly/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, Visitor } from './browser.js';
import { Network } from './network.js';

/** What a browser does outside its pages, written down; and somebody who looks at something else. */
const elsewhere = `
  Object.assign(window, { asked: 0, told: [], notes: 0 });
  document.hasFocus = () => false;
  window.Notification = class extends Notification {
    constructor(title, options) { super(title, options); told.push([title, options.body]); }
    static requestPermission() { asked++; return super.requestPermission(); }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { notes++; return start.apply(this, when); };
`;

needing('chromium')("the agents' workplace", () => {
  let system: System;
  /** Another process of the app API than the one that `system` runs. */
  let service: ServiceProcess;
  let network: Network;
  let browser: Browser;
  let tenant: TestTenant;
  let agent: User;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    system = await startSystem({ appQueues: true });
    service = await ServiceProcess.start('app-api', {
      ...system.installation.environment,
      RATE_LIMIT_USER_PER_MINUTE: '0',
    });
    network = await Network.before(service.origin);
    browser = await startBrowser();
  });
  beforeEach(async () => {
    tenant = await system.createTenant();
    agent = await tenant.user('AGENT', 'Anna Agent');
  });
  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
  });
  afterAll(async () => {
    await browser?.close();
    network?.close();
    await service?.stop();
    await system?.close();
  });

  /** Somebody who has signed in, at the process of their own or at the other one. Their replies leave after `undo` seconds. */
  const visit = async (who: User, server: string = service.origin, undo = 0): Promise<Visitor> => {
    const visitor = await Visitor.arrive(browser, tenant, server);
    visitors.push(visitor);
    await visitor.page.evaluate(`localStorage.setItem('undo-seconds', '${undo}')`);
    await visitor.signIn(who.email);
    await visitor.page.getByRole('navigation', { name: 'Views' }).waitFor();
    return visitor;
  };
  const opened = async (title: string, by: User = agent): Promise<{ id: string; number: number }> =>
    (await by.post('/tickets', { title, description: 'It has been so since this morning.' })).body;
  const draftOf = async (id: string): Promise<any> => (await agent.get(`/tickets/${id}/draft`)).body;
  const comments = async (id: string): Promise<any[]> => (await agent.get(`/tickets/${id}/comments`)).body.data;

  it('asks for the password, says when it is wrong, and shows views with their counts', async () => {
    await opened('Printer prints blank pages');
    await opened('Scanner is dark');
    const visitor = await Visitor.arrive(browser, tenant, service.origin);
    visitors.push(visitor);
    const { page } = visitor;
    await visitor.signIn(agent.email, 'the wrong words of many');
    await page.getByRole('alert').getByText('The email address or the password is wrong.').waitFor();
    await visitor.signIn(agent.email);
    await page.getByRole('link', { name: 'Unassigned 2' }).click();
    await page.getByRole('table').getByRole('link', { name: 'Printer prints blank pages' }).waitFor();
    await page.getByRole('table').getByRole('link', { name: 'Scanner is dark' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('opens a ticket, and sends a reply with the status after it in one', async () => {
    const { id, number } = await opened('Printer prints blank pages');
    const { page } = await visit(agent);
    await page.getByRole('link', { name: /^Unassigned/ }).click();
    await page.getByRole('table').getByRole('link', { name: 'Printer prints blank pages' }).click();
    await page.getByRole('heading', { name: `#${number} Printer prints blank pages` }).waitFor();
    await page.getByRole('textbox', { name: 'Reply' }).fill('Try **another** paper.');
    await page.getByLabel('Status after sending').selectOption('PENDING');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('log').getByText('Try another paper.').waitFor();
    const { body: ticket } = await agent.get(`/tickets/${id}`);
    expect(ticket.status).toBe('PENDING');
    expect(await comments(id)).toMatchObject([{ body: 'Try **another** paper.', visibility: 'PUBLIC' }]);
  });

  it('takes a reply back before it leaves, with its status, and lets it leave after that', async () => {
    const { id, number } = await opened('Printer prints blank pages', await tenant.user('CUSTOMER'));
    const { page } = await visit(agent, service.origin, 10);
    await page.goto(`${new URL(page.url()).origin}/tickets/${number}`);
    const field = page.getByRole('textbox', { name: 'Reply' });
    await field.fill('We know nothing.');
    await page.getByLabel('Status after sending').selectOption('RESOLVED');
    await field.press('Control+Enter');
    await page.getByRole('log').getByText('Only you see this until it leaves.').waitFor();
    expect((await tenant.admin.get(`/tickets/${id}/comments`)).body.data).toEqual([]);
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('log').getByText('We know nothing.').waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe('We know nothing.');
    expect(await page.getByLabel('Status after sending').inputValue()).toBe('RESOLVED');
    expect(await comments(id)).toEqual([]);
    await until(async () => (await draftOf(id)).body === 'We know nothing.');
    await page.getByText('Draft saved').waitFor();
    await field.fill('We know it now.');
    await page.evaluate(`localStorage.setItem('undo-seconds', '5')`);
    await field.press('Control+Enter');
    await until(
      async () => (await tenant.admin.get(`/tickets/${id}/comments`)).body.data[0]?.body === 'We know it now.',
    );
    await page.getByRole('log').getByText('Only you see this until it leaves.').waitFor({ state: 'detached' });
    expect((await agent.get(`/tickets/${id}`)).body.status).toBe('RESOLVED');
  });

  it('keeps a draft with its readers and files, follows to another device, and gives up no text unasked', async () => {
    const { id, number } = await opened('Printer prints blank pages');
    const [here, there] = [await visit(agent), await visit(agent, system.app.origin)];
    await here.open(`/tickets/${number}`);
    await here.page.getByRole('button', { name: 'Internal note' }).click();
    const field = here.page.getByRole('textbox', { name: 'Internal note' });
    await field.fill('Ask @Ada');
    await here.page.getByRole('listbox').getByText('Ada Admin').click();
    await field.pressSequentially('about the toner');
    const file = { name: 'toner.txt', mimeType: 'text/plain', buffer: Buffer.from('42') };
    await here.page.locator('input[type=file]').setInputFiles(file);
    await here.page.getByRole('button', { name: 'Remove toner.txt' }).waitFor();
    await here.page.getByText('Draft saved').waitFor();
    await until(async () => (await draftOf(id)).attachmentIds.length === 1);
    expect(await draftOf(id)).toMatchObject({
      body: `Ask @[Ada Admin](user:${tenant.admin.id}) about the toner`,
      visibility: 'INTERNAL',
    });

    await there.open(`/tickets/${number}`);
    const other = there.page.getByRole('textbox', { name: 'Internal note' });
    await there.page.getByRole('button', { name: 'Remove toner.txt' }).waitFor();
    expect(await other.inputValue()).toBe('Ask @Ada Admin about the toner');
    await other.fill('Ask @Ada Admin about the paper');
    await until(async () => (await draftOf(id)).body.endsWith('the paper'));
    await field.pressSequentially(' and the drum');
    await here.page.getByText('You have changed this draft on another device').waitFor();
    await here.expectAccessible('two drafts');
    expect((await draftOf(id)).body).toContain('the paper');
    await here.page.getByRole('button', { name: 'Keep what is here' }).click();
    await until(async () => (await draftOf(id)).body.endsWith('the toner and the drum'));

    await other.pressSequentially(' and ink');
    await there.page.getByRole('button', { name: 'Use the other draft' }).click();
    expect(await other.inputValue()).toBe('Ask @Ada Admin about the toner and the drum');
    await other.press('Control+Enter');
    await here.page.getByRole('log').getByText('about the toner and the drum').waitFor();
    await until(async () => (await field.inputValue()) === '');
    expect((await draftOf(id)).code).toBe('not_found');
    expect(await comments(id)).toMatchObject([{ visibility: 'INTERNAL', attachments: [{ fileName: 'toner.txt' }] }]);
  });

  it('shows what is said in another browser, by way of another process, and who looks and writes there', async () => {
    const { number } = await opened('Printer prints blank pages');
    const [here, there] = [await visit(agent), await visit(tenant.admin, system.app.origin)];
    for (const { page } of [here, there]) {
      await page.getByRole('link', { name: /^All unsolved/ }).click();
      await page.getByRole('table').getByRole('link', { name: 'Printer prints blank pages' }).click();
      await page.getByRole('heading', { name: `#${number}` }).waitFor();
    }
    await there.page.getByRole('textbox', { name: 'Reply' }).fill('Which paper is it?');
    await here.page.getByText('Ada Admin is replying…').first().waitFor();
    await there.page.getByRole('textbox', { name: 'Reply' }).press('Control+Enter');
    await here.page.getByRole('log').getByText('Which paper is it?').waitFor();
  });

  it('stops a reply that has not seen the newest one, keeps it, and sends it all the same when asked', async () => {
    const { id, number } = await opened('Printer prints blank pages');
    const { page } = await visit(agent);
    await page.goto(`${new URL(page.url()).origin}/tickets/${number}`);
    const field = page.getByRole('textbox', { name: 'Reply' });
    await field.fill('It will be replaced.');
    await tenant.admin.post(`/tickets/${id}/comments`, { body: 'No, I repair it.' });
    await page.getByRole('log').getByText('No, I repair it.').waitFor();
    await field.press('Control+Enter');
    await page.getByText('Your reply was not sent').waitFor();
    expect(await field.inputValue()).toBe('It will be replaced.');
    expect(await comments(id)).toHaveLength(1);
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.getByRole('log').getByText('It will be replaced.').waitFor();
    expect((await comments(id)).map(({ body }) => body)).toEqual(['No, I repair it.', 'It will be replaced.']);
  });

  it('draws attention outside the page when somebody has chosen so, and says who is away', async () => {
    const { id, number } = await opened('Printer prints blank pages', tenant.admin);
    const [here, there] = [await visit(agent), await visit(tenant.admin, system.app.origin)];
    const { page } = here;
    await page.context().grantPermissions(['notifications']);
    await page.addInitScript(elsewhere);
    await here.open('/account');
    const shows = page.getByLabel('Show them outside the page');
    await shows.waitFor();
    expect(await page.evaluate('asked')).toBe(0);
    await shows.click(); // It is checked once the browser has said yes.
    await until(() => shows.isChecked());
    await page.getByLabel('Play a sound').check();
    expect(await page.evaluate('[asked, notes]')).toEqual([1, 2]);
    await page.getByLabel('Until (may be left empty)').fill('2999-01-31T10:00');
    await page.getByRole('button', { name: 'I am away' }).click();
    await page.getByText(/^Away until January 31, 2999/).waitFor();

    await there.open(`/tickets/${number}`);
    await there.page.getByLabel('Assignee').selectOption('Anna Agent (away)');
    await until(async () => (await agent.get(`/tickets/${id}`)).body.assignedToId === agent.id);
    await until(async () => (await page.evaluate<number>('told.length')) === 1);
    expect(await page.evaluate('[told, notes]')).toEqual([
      [['A ticket was assigned to you', `#${number} Printer prints blank pages\nAda Admin`]],
      4,
    ]);
    await page.getByRole('button', { name: 'I am back' }).click();
    await page.getByRole('button', { name: 'I am away' }).waitFor();
    expect((await agent.get(`/users/${agent.id}`)).body).toMatchObject({ away: false, awayUntil: null });
  });

  it('is worked with single keys, which are off inside text', async () => {
    const { number: older } = await opened('Printer prints blank pages');
    const { number: newer } = await opened('Scanner is dark');
    const { page } = await visit(agent);
    const { keyboard } = page;
    await keyboard.press('g');
    await keyboard.press('a');
    await page.getByRole('table').getByRole('link', { name: 'Scanner is dark' }).waitFor();
    await keyboard.press('j');
    await keyboard.press('j');
    await keyboard.press('k');
    await keyboard.press('o');
    await page.getByRole('heading', { name: `#${newer}` }).waitFor();
    await keyboard.press('j');
    await page.getByRole('heading', { name: `#${older}` }).waitFor();
    await keyboard.press('r');
    await keyboard.type('jko?/ are letters here');
    const field = page.getByRole('textbox', { name: 'Reply' });
    expect(await field.inputValue()).toBe('jko?/ are letters here');
    expect(page.url()).toMatch(new RegExp(`/tickets/${older}$`));
    await keyboard.press('Escape');
    expect(await field.inputValue()).toBe('jko?/ are letters here');
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await keyboard.press('Control+k');
    await keyboard.type('scanner');
    await page.getByRole('option', { name: /Scanner is dark/ }).waitFor();
    await keyboard.press('Escape');
    await keyboard.press('/');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
  });

  it('says when the network is away, loses nothing that is typed, and sends it once when it is back', async () => {
    const { id, number } = await opened('Printer prints blank pages');
    const { page } = await visit(agent, network.origin);
    await page.getByRole('link', { name: /^Unassigned/ }).click();
    await page.getByRole('table').getByRole('link', { name: 'Printer prints blank pages' }).click();
    await page.getByRole('heading', { name: `#${number}` }).waitFor();
    await page.context().setOffline(true);
    network.cut();
    await page.getByText('No connection.').first().waitFor();
    const field = page.getByRole('textbox', { name: 'Reply' });
    await field.fill('Written under way.');
    await field.press('Control+Enter');
    await page.getByText('Waits for the connection').waitFor();
    await page.getByText('Kept on this device only').waitFor();
    await tenant.admin.post(`/tickets/${id}/comments`, { body: 'An internal word meanwhile.', visibility: 'INTERNAL' });
    expect(await field.inputValue()).toBe('Written under way.');
    network.mend();
    await page.context().setOffline(false);
    await page.getByRole('log').getByText('An internal word meanwhile.').waitFor();
    await page.getByText('Your reply was not sent').waitFor();
    expect(await field.inputValue()).toBe('Written under way.');
    await until(async () => (await draftOf(id)).body === 'Written under way.');
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.getByRole('log').getByText('Written under way.').waitFor();
    expect((await draftOf(id)).code).toBe('not_found');
    await page.getByText('No connection.').waitFor({ state: 'hidden' });
    expect((await comments(id)).map(({ body }) => body)).toEqual(['An internal word meanwhile.', 'Written under way.']);
  });
});
