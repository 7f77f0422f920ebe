import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { OutboxFolder } from '../src/mail/outbound/outbox-folder.js';
import { openHelpdesk, openTicket, reply } from './helpdesk.js';

let folder: string;
let system: System;
let port: number;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'helpdeskly-outbox-')), 'outbox');
  system = await startSystem({ pooled: false, appQueues: true, app: { MAIL_OUTBOX_DIR: folder } });
  port = Number(new URL(await system.appApp.getUrl()).port);
});
afterAll(async () => {
  await system?.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

interface Page {
  readonly status: number | undefined;
  readonly policy: string;
  readonly body: string;
}

function get(path: string, headers: Record<string, string> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const all = { host: `localhost:${port}`, ...headers };
    request({ host: '127.0.0.1', port, path, headers: all }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += String(chunk)));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, policy: String(answer.headers['content-security-policy']), body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the outbox', () => {
  it('shows the mails that left: as text, as a closed HTML document, and as they would have been sent', async () => {
    const { agent, customer } = await openHelpdesk(system);
    expect(await get('/outbox')).toMatchObject({ status: 200, body: expect.stringContaining('No mail has left yet.') });
    const { id: ticketId } = await openTicket(customer, { title: 'Does <b> work?' });
    const comment = await reply(agent, ticketId, { body: 'Yes, <script>alert(1)</script> does not.' });
    const path = `/tickets/${ticketId}/comments/${comment.id}`;
    await until(async () => (await agent.get(path)).body.deliveries[0].status === 'SENT');
    const list = await get('/outbox');
    expect(list.body).toContain('Does &lt;b&gt; work?');
    expect(list.policy).toContain("frame-ancestors 'none'");
    const [, link] = /href="(\/outbox\/[^"]+)"/.exec(list.body) ?? [];
    const mail = await get(link as string);
    expect(mail.policy).toContain("frame-ancestors 'none'");
    expect(mail.body).toContain(customer.email);
    expect(mail.body).toContain(`<iframe sandbox title="The mail as HTML" src="${link}/html">`);
    expect(mail.body).not.toContain('<script');
    const html = await get(`${link}/html`);
    expect(html.policy).toContain('sandbox');
    expect(html.policy).toContain("default-src 'none'");
    expect(html.body).toContain('&lt;script&gt;');
    expect((await get(`${link}/source`)).body).toMatch(/^DKIM-Signature: [^]*\r\nFrom: [^]*\r\nReply-To: /);
    const [name] = await readdir(folder);
    expect((await stat(join(folder, name as string))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['host', 'evil.example'],
    ['host', 'acme.localhost'],
    ['host', 'localhost.evil.example'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'localhost'],
    ['forwarded', 'for=127.0.0.1'],
    ['via', '1.1 proxy'],
    ['x-real-ip', '127.0.0.1'],
  ])('is not there for a request with %s: %s', async (name, value) => {
    const { status, body } = await get('/outbox', { [name]: value });
    expect([status, JSON.parse(body).code]).toEqual([404, 'route_not_found']);
  });

  it.each(['/outbox/none', '/outbox/..%2f..%2fetc%2fpasswd', '/outbox/1764400000000-0123456789ab/html'])(
    'answers 404 to %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('keeps the last 200 mails', async () => {
    const own = new OutboxFolder(join(folder, '..', 'full'));
    const mail = { at: '', from: 'a', to: 'b', text: '', html: '', source: '' };
    for (let number = 1; number <= 203; number += 1) await own.put({ ...mail, subject: String(number) });
    const kept = (await own.list()).map((each) => Number(each.mail.subject));
    expect(kept).toHaveLength(200);
    expect(Math.max(...kept)).toBe(203);
  });
});
