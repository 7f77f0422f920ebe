import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { MailZone } from './mail-zone.js';

let zone: MailZone;
let system: System;
let desk: Helpdesk;
let host: string;

beforeAll(async () => {
  zone = await MailZone.open();
  system = await startSystem({ app: { MAIL_DOMAIN: 'desk.example', MAIL_DNS_SERVERS: zone.address } });
  desk = await openHelpdesk(system);
  host = `${desk.tenant.slug}.desk.example`;
});
afterAll(async () => {
  await system?.close();
  zone?.close();
});

async function records(): Promise<Record<string, any>> {
  const { status, body } = await desk.admin.get('/mailboxes/dns');
  expect([status, body.data.map(({ domain }: any) => domain)]).toEqual([200, [host]]);
  return Object.fromEntries(body.data[0].records.map((record: any) => [record.kind, record]));
}
const seen = async () =>
  Object.fromEntries(Object.entries(await records()).map(([kind, record]) => [kind, record.seen]));

describe('the DNS records of the default address', () => {
  it('are told with their names and values, and that nobody has published them', async () => {
    const { MX, SPF, DKIM, DMARC } = await records();
    expect(MX).toEqual({ kind: 'MX', type: 'MX', name: host, value: '10 mail.desk.example', seen: false });
    expect(SPF).toMatchObject({ type: 'TXT', name: host, seen: false });
    expect(DKIM.name).toMatch(/^hd[0-9a-f]{8}\._domainkey\.desk\.example$/);
    expect(DKIM.value).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{300,}={0,2}$/);
    expect(DMARC).toMatchObject({ name: '_dmarc.desk.example', value: 'v=DMARC1; p=quarantine', seen: false });
  });

  it('are seen once they stand in the DNS as they are to', async () => {
    const { DKIM } = await records();
    zone.exchanges.set(host, 'mail.desk.example');
    zone.texts.set(host, 'v=spf1 include:relay.example -all');
    zone.texts.set(DKIM.name, `k=rsa; t=s; p=${DKIM.value.split('p=')[1].replace(/(.{60})/g, '$1 ')}`);
    zone.texts.set('_dmarc.desk.example', 'v=DMARC1; p=none');
    expect(await seen()).toEqual({ MX: true, SPF: true, DKIM: true, DMARC: true });
    zone.texts.set(DKIM.name, 'v=DKIM1; p=');
    zone.texts.set(host, 'v=spf10 -all');
    zone.texts.set('_dmarc.desk.example', 'v=DMARC2; p=none');
    expect(await seen()).toEqual({ MX: true, SPF: false, DKIM: false, DMARC: false });
  });

  it('are unknown while the DNS does not answer', async () => {
    zone.silent.add(host);
    expect(await seen()).toMatchObject({ MX: null, SPF: null, DKIM: false });
  });

  it('name the same key for every helpdesk', async () => {
    zone.silent.clear();
    const other = await openHelpdesk(system);
    const [{ records: others }] = (await other.admin.get('/mailboxes/dns')).body.data;
    expect(others.find(({ kind }: any) => kind === 'DKIM').value).toBe((await records()).DKIM.value);
  });
});
