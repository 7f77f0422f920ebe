import { expect, it } from '@jest/globals';
import { automatismOf } from '../automatic-mail.js';
import { message, read } from './letters.js';

/** What may be done with a mail: answered, and reopen a ticket. */
const human = [true, true];
const group = [false, true];
const machine = [false, false];

it.each([
  ['a person', [], human],
  ['a person whose program says so', ['Auto-Submitted: no'], human],
  ['a vacation notice (RFC 5230)', ['Auto-Submitted: auto-replied (vacation)'], machine],
  ['an answer by a rule of Exchange', ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All'], machine],
  ['a notice of a service', ['Auto-Submitted: auto-generated'], machine],
  ['a notice of a calendar', ['auto-submitted: AUTO-NOTIFIED; owner-email="a@b.example"'], machine],
  ['a mailing list', ['List-Id: <users.lists.example>', 'Precedence: list'], group],
  ['a list that one can leave', ['List-Unsubscribe: <mailto:leave@lists.example>'], group],
  ['a bulk mail', ['Precedence: bulk'], group],
  ['junk, as it says itself', ['Precedence: junk'], group],
  ['an older responder', ['Precedence: auto_reply'], group],
  ['a group of Google', ['Precedence: list', 'X-Google-Group-Id: 1'], group],
  ['Exchange, which wants no notice of absence', ['X-Auto-Response-Suppress: OOF, AutoReply'], group],
  ['Exchange, which wants no receipt', ['X-Auto-Response-Suppress: DR, RN, NRN'], group],
  ['X-Autoreply', ['X-Autoreply: yes'], group],
  ['X-Autorespond', ['X-Autorespond: I am away'], group],
  ['our own mail that comes back', ['X-Loop: acme.desk.example'], machine],
  ["somebody else's X-Loop", ['X-Loop: other.example'], human],
  ['an address that is not answered', ['From: No Reply <no-reply@shop.example>'], group],
  ['the same in one word', ['From: noreply@shop.example'], group],
  ['a mail system', ['From: Mail Delivery <MAILER-DAEMON@mx.example>'], group],
  ['a postmaster', ['From: postmaster@mx.example'], group],
])('knows %s', async (_who, head, [mayAnswer, mayReopen]) => {
  const { headers } = await read(message(head, 'I am away.'));
  expect(automatismOf(headers, 'carl@customer.example', 'acme.desk.example')).toEqual({ mayAnswer, mayReopen });
});

it('knows a mail without an envelope sender', async () => {
  const { headers } = await read(message([], 'I am away.'));
  expect(automatismOf(headers, '', 'acme.desk.example')).toEqual({ mayAnswer: false, mayReopen: false });
});
