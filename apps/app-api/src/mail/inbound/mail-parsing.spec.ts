import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { automatismOf } from './automatic-mail.js';
import { bounceOf } from './bounces.js';
import { unflowed } from './flowed-text.js';
import { verdictOf } from './mail-verdict.js';
import { parseMail } from './parsed-mail.js';
import { cutQuoted } from './quoted-history.js';
import { relayVerdictIn } from './relay-results.js';
import { safeHtml } from './safe-html.js';

const mail = (lines: string[]) => Buffer.from(lines.join('\r\n'));
const notFound = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
const zone = (records: Record<string, string[][]>) => ({
  resolve: (n: string, t: string) => (records[`${t} ${n}`] ? Promise.resolve(records[`${t} ${n}`]!) : notFound()),
});
const plain = mail([
  'From: Ann <ann@bank.example>',
  'To: support@acme.localhost',
  'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
  'Message-ID: <1@bank.example>',
  'Date: Sun, 29 Nov 2026 03:00:00 +0000',
  '',
  'Hello.',
  '',
]);
const by = {
  envelopeFrom: 'x@evil.example',
  clientAddress: '192.0.2.1',
  clientName: 'evil.example',
  relayVerdict: undefined,
};

it('parses', async () => {
  const m = await parseMail(plain);
  expect([m.subject, m.text.trim(), m.messageId, m.from, m.fromIsPlain]).toEqual([
    'Grüße',
    'Hello.',
    '1@bank.example',
    { address: 'ann@bank.example', name: 'Ann' },
    true,
  ]);
});
it('keeps nested, calendar, winmail whole as files', async () => {
  const m = await parseMail(
    mail([
      'From: a@b.example',
      'Subject: s',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      '',
      'body',
      '--x',
      'Content-Type: message/rfc822',
      '',
      'From: i@n.example',
      'Subject: inner',
      '',
      'inner',
      '--x',
      'Content-Type: text/calendar',
      '',
      'BEGIN:VCALENDAR',
      '--x',
      'Content-Type: application/ms-tnef',
      'Content-Transfer-Encoding: base64',
      '',
      'AAEC',
      '--x--',
      '',
    ]),
  );
  expect(m.text.trim()).toBe('body');
  expect(m.files.map((f) => [f.fileName, f.contentType, f.bytes.toString('latin1')])).toEqual([
    ['message.eml', 'message/rfc822', 'From: i@n.example\r\nSubject: inner\r\n\r\ninner'],
    ['invitation.ics', 'text/calendar', 'BEGIN:VCALENDAR'],
    ['winmail.dat', 'application/ms-tnef', '\0\u0001\u0002'],
  ]);
});
it('html only', async () => {
  const m = await parseMail(
    mail([
      'From: a@b.example',
      'Subject: s',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Hi <b>there</b></p><blockquote>old</blockquote>',
    ]),
  );
  expect(m.text).toBe('Hi there\n\n> old');
});
it('flowed', () => expect(unflowed('a \nb\n> q \n> r\n-- \nsig', false)).toBe('a b\n> q r\n-- \nsig'));
it('verdicts', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const policy = { 'TXT _dmarc.bank.example': [['v=DMARC1; p=reject']] };
  const parsed = await parseMail(plain);
  expect(await verdictOf(plain, parsed, by, zone({}))).toBe('NONE');
  expect(await verdictOf(plain, parsed, by, zone(policy))).toBe('FAIL');
  expect(
    await verdictOf(
      plain,
      parsed,
      { ...by, envelopeFrom: 'b@bank.example' },
      zone({ ...policy, 'TXT bank.example': [['v=spf1 ip4:192.0.2.1 -all']] }),
    ),
  ).toBe('PASS');
  const { signatures } = await dkimSign(plain, {
    signatureData: [
      {
        signingDomain: 'bank.example',
        selector: 's',
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      },
    ],
  } as never);
  const signed = Buffer.concat([Buffer.from(signatures), plain]);
  const keys = { ...policy, 'TXT s._domainkey.bank.example': [[`v=DKIM1; k=rsa; p=${p}`]] };
  expect(await verdictOf(signed, await parseMail(signed), { ...by, clientAddress: undefined }, zone(keys))).toBe(
    'PASS',
  );
  const changed = Buffer.from(signed.toString().replace('Hello.', 'Hullo.'));
  expect(await verdictOf(changed, await parseMail(changed), { ...by, clientAddress: undefined }, zone(keys))).toBe(
    'FAIL',
  );
  const { signatures: foreign } = await dkimSign(plain, {
    signatureData: [
      {
        signingDomain: 'evil.example',
        selector: 's',
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      },
    ],
  } as never);
  const slow = {
    resolve: (n: string, t: string) =>
      n.endsWith('evil.example') ? new Promise<never>(() => undefined) : zone(policy).resolve(n, t),
  };
  expect(await verdictOf(Buffer.concat([Buffer.from(foreign), plain]), parsed, by, slow)).toBe('FAIL');
  const two = mail(['From: ann@bank.example', 'From: x@evil.example', 'Subject: s', '', 'x']);
  expect(await verdictOf(two, await parseMail(two), by, zone({}))).toBe('FAIL');
});
it.each([
  ['Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Sup <s@x.example> wrote:\n> old', 'Yes.'],
  ['Ja.\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Sup <s@x.example>:\n\n> old', 'Ja.'],
  ['Oui.\n\nLe lun. 2 nov. 2026 à 10:00, Sup <s@x.example> a écrit :\n> old', 'Oui.'],
  ['Sí.\n\nEl lun, 2 nov 2026 a las 10:00, Sup\n(<s@x.example>) escribió:\n> old', 'Sí.'],
  ['Yes.\n\n________________________________\nFrom: S <s@x>\nSent: Monday\nTo: A\nSubject: RE: x\n\nold', 'Yes.'],
  ['Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: S', 'Ja.'],
  ['On Monday, 10:00 Sup <s@x.example> wrote:\n> one\nanswer\n> two\nanswer 2', undefined],
  ['On Mon, 2 Nov 2026, Sup wrote:\n> one\n\nBelow.', 'Below.'],
  ['Text\n-- \nAnn\nBank', 'Text'],
  ['Text\n\nSent from my iPhone', 'Text'],
])('cuts %#', (text, body) => expect(cutQuoted(text).body).toBe(body ?? text));
it('sanitises', () => {
  expect(
    safeHtml(
      '<p onclick=x style="color:red;position:fixed;background-image:url(x)">a<script>b</script><img src="cid:i@x"><a href="javascript:x">l</a><form><input></form>',
      (c) => (c === 'i@x' ? 'ID' : undefined),
    )?.html,
  ).toBe(
    '<p style="color:red">a<img src="attachment:ID" /><a target="_blank" rel="noopener noreferrer nofollow">l</a></p>',
  );
});
it('bounce, automatic, relay', async () => {
  const m = await parseMail(
    mail([
      'From: MAILER-DAEMON@x.example',
      'Subject: b',
      'Auto-Submitted: auto-replied',
      'Authentication-Results: mx.us; dmarc=pass (p=none)',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
      '',
      '--x',
      '',
      'no',
      '--x',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; x',
      '',
      'Final-Recipient: rfc822; a@b.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--x',
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <o@us>',
      '',
      'x',
      '--x--',
      '',
    ]),
  );
  expect(bounceOf(m)).toEqual({
    failed: [{ address: 'a@b.example', status: '5.1.1', isHard: true }],
    originalMessageId: 'o@us',
  });
  expect(automatismOf(m.headers, '', 'x')).toEqual({ mayAnswer: false, mayReopen: false });
  expect(relayVerdictIn(m.headers, 'mx.us')).toBe('PASS');
});
