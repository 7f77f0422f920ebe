import { expect, it } from '@jest/globals';
import { message, multipart, read } from './letters.js';

const text = (content: string, ...more: string[]) =>
  [['Content-Type: text/plain; charset=utf-8', ...more], content] as const;
const html = (content: string) => [['Content-Type: text/html; charset=utf-8'], content] as const;
const file = (type: string, disposition: string | undefined, content: string, ...more: string[]) =>
  [
    [`Content-Type: ${type}`, ...(disposition === undefined ? [] : [`Content-Disposition: ${disposition}`]), ...more],
    content,
  ] as const;
const pixel = 'R0lGODlhAQABAAAAACw=';
const picture = (disposition?: string) =>
  file('image/gif', disposition, pixel, 'Content-Transfer-Encoding: base64', 'Content-ID: <dot@x>');
const calendar = 'BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR';
const nested = 'From: Ann <ann@bank.example>\nSubject: Inner\n\nThe inner text.';

/** A kind of mail, what its ticket says, and the files that it has. */
it.each<[string, Buffer, string, readonly string[]]>([
  ['plain text', message([], 'It does not print.'), 'It does not print.', []],
  ['no body', message([]), 'Toner', []],
  ['a body of blanks', message([], ' \n\t\n\n'), 'Toner', []],
  ['no subject and no body', message(['Subject:']), '(no text)', []],
  ['HTML alone', message(['Content-Type: text/html'], '<p>It does <b>not</b> print.</p>'), 'It does not print.', []],
  ['HTML of nothing', message(['Content-Type: text/html'], '<html><body><br></body></html>'), 'Toner', []],
  ['HTML with a list', message(['Content-Type: text/html'], '<ul><li>one</li><li>two</li></ul>'), '* one\n* two', []],
  ['text beside HTML', multipart('alternative', text('Plain.'), html('<p>Rich.</p>')), 'Plain.', []],
  ['an empty text beside HTML', multipart('alternative', text(''), html('<p>Rich.</p>')), 'Rich.', []],
  ['two texts', multipart('mixed', text('One.'), text('Two.')), 'One.\nTwo.', []],
  [
    'a text file',
    multipart('mixed', text('See it.'), file('text/plain; name=log.txt', 'attachment', 'ERROR')),
    'See it.',
    ['log.txt'],
  ],
  [
    'a text file that is shown inline',
    multipart('mixed', text('See it.'), file('text/plain', 'inline; filename=log.txt', 'ERROR')),
    'See it.',
    ['log.txt'],
  ],
  [
    'a picture in the HTML',
    multipart('related', html('<p>See <img src="cid:dot@x"></p>'), picture('inline; filename=dot.gif')),
    'See',
    ['dot.gif'],
  ],
  [
    'a picture without a disposition',
    multipart('related', html('<p>See <img src="cid:dot@x"></p>'), picture()),
    'See',
    ['file.gif'],
  ],
  [
    'a picture alone',
    message(['Content-Type: image/gif; name=dot.gif', 'Content-Transfer-Encoding: base64'], pixel),
    'Toner',
    ['dot.gif'],
  ],
  [
    'an invitation',
    multipart('alternative', text('Let us meet.'), file('text/calendar; method=REQUEST', undefined, calendar)),
    'Let us meet.',
    ['invitation.ics'],
  ],
  ['an invitation alone', message(['Content-Type: text/calendar'], calendar), 'Toner', ['invitation.ics']],
  [
    'winmail.dat',
    multipart(
      'mixed',
      text('By Outlook.'),
      file('application/ms-tnef', undefined, 'eJ8+Ig==', 'Content-Transfer-Encoding: base64'),
    ),
    'By Outlook.',
    ['winmail.dat'],
  ],
  [
    'a nested message',
    multipart('mixed', text('See below.'), file('message/rfc822', undefined, nested)),
    'See below.',
    ['message.eml'],
  ],
  [
    'a nested message with a name',
    multipart('mixed', text('See below.'), file('message/rfc822', 'attachment; filename=inner.eml', nested)),
    'See below.',
    ['inner.eml'],
  ],
  [
    'a signed mail',
    multipart(
      'signed',
      text('Signed.'),
      file('application/pkcs7-signature', undefined, 'eA==', 'Content-Transfer-Encoding: base64'),
    ),
    'Signed.',
    ['smime.p7s'],
  ],
  [
    'a mail signed by PGP',
    multipart('signed', text('Signed.'), file('application/pgp-signature', undefined, 'x')),
    'Signed.',
    ['signature.asc'],
  ],
  [
    'a file name in RFC 2231',
    multipart('mixed', text('x.'), file('application/pdf', "attachment; filename*=utf-8''Stra%C3%9Fe.pdf", 'x')),
    'x.',
    ['Straße.pdf'],
  ],
  [
    'a file name in pieces',
    multipart('mixed', text('x.'), file('application/pdf', 'attachment; filename*0=Stra; filename*1=sse.pdf', 'x')),
    'x.',
    ['Strasse.pdf'],
  ],
  [
    'a file name in encoded words',
    multipart('mixed', text('x.'), file('application/pdf', 'attachment; filename="=?utf-8?Q?Stra=C3=9Fe.pdf?="', 'x')),
    'x.',
    ['Straße.pdf'],
  ],
  ['a file without a name', multipart('mixed', text('x.'), file('application/pdf', 'attachment', 'x')), 'x.', ['file']],
  [
    'format=flowed',
    message(['Content-Type: text/plain; format=flowed'], 'It does \nnot print.\n\nReally.'),
    'It does not print.\n\nReally.',
    [],
  ],
  [
    'format=flowed with DelSp',
    message(['Content-Type: text/plain; format=flowed; DelSp=yes'], 'It does \nnot print.'),
    'It doesnot print.',
    [],
  ],
  [
    'format=flowed with stuffed lines',
    message(['Content-Type: text/plain; format=flowed'], ' From here on\n  it is indented'),
    'From here on\n it is indented',
    [],
  ],
  [
    'quoted-printable with soft breaks',
    message(['Content-Transfer-Encoding: quoted-printable'], 'It does=\n not print=2E'),
    'It does not print.',
    [],
  ],
  [
    'base64 with junk',
    message(['Content-Transfer-Encoding: base64'], 'SXQgZG9lcyBu\n*b3QgcHJpbnQu\n'),
    'It does not print.',
    [],
  ],
  ['lines that end with LF alone', Buffer.from('From: a@b.example\nSubject: Toner\n\nOne.\nTwo.\n'), 'One.\nTwo.', []],
  [
    'a first line that is no field',
    Buffer.from('From a@b Mon Nov  2\r\nFrom: a@b.example\r\nSubject: Toner\r\n\r\nOne.\r\n'),
    'One.',
    [],
  ],
  ['an end that is missing', message(['Content-Type: multipart/mixed; boundary=b1'], '--b1\n\nCut off'), 'Cut off', []],
  ['a boundary that never comes', message(['Content-Type: multipart/mixed; boundary=b1'], 'No parts.'), 'Toner', []],
  [
    'words before and behind the parts',
    message(['Content-Type: multipart/mixed; boundary=b1'], 'Old programs see this.\n--b1\n\nPart.\n--b1--\nAnd this.'),
    'Part.',
    [],
  ],
  ['NUL bytes', message([], 'It does\0 not print.'), 'It does not print.', []],
])('files %s', async (_kind, raw, body, files) => {
  const letter = await read(raw);
  expect([letter.body, letter.files.map(({ fileName }) => fileName)]).toEqual([body, files]);
});

it.each([
  [
    'Fwd: Toner',
    '---------- Forwarded message ---------\nFrom: Ann <ann@bank.example>\nDate: Mon, 2 Nov 2026\nSubject: Toner\nTo: Carl\n\nOurs.',
  ],
  [
    'WG: Toner',
    'Von: Ann <ann@bank.example>\nGesendet: Montag, 2. November 2026 10:00\nAn: Carl\nBetreff: Toner\n\nOurs.',
  ],
  ['TR: Toner', 'De : Ann <ann@bank.example>\nEnvoyé : lundi 2 novembre 2026\nÀ : Carl\nObjet : Toner\n\nOurs.'],
  [
    'RV: Toner',
    'De: Ann <ann@bank.example>\nEnviado el: lunes, 2 de noviembre de 2026\nPara: Carl\nAsunto: Toner\n\nOurs.',
  ],
  ['Toner', 'Begin forwarded message:\n\nFrom: Ann <ann@bank.example>\nSubject: Toner\n\nOurs.'],
])('cuts nothing of what is forwarded as %j', async (subject, words) => {
  expect((await read(message([`Subject: ${subject}`], words))).body).toBe(words);
});

it.each([
  [
    'answers in between',
    'On Mon, Nov 2, 2026, Acme <s@acme.example> wrote:\n> Which printer?\nThe one in the hall.\n> Since when?\nToday.',
  ],
  ['a colon after a name', 'Ann wrote:\nthe printer is broken.'],
  ['a rule', 'One.\n-----\nTwo.'],
  ['a quotation without an introduction', 'He said:\n> It is broken.\nIs it?'],
  ['a From of its own', 'From: now on it is broken.\nTo: be honest, always was.'],
])('cuts nothing at %s', async (_kind, words) => {
  const { body, quoted } = await read(message([], words));
  expect([body, quoted]).toEqual([words, null]);
});
