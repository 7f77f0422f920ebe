import { describe, expect, it } from '@jest/globals';
import { bounceOf, unspokenBounce } from '../bounces.js';
import { message, read } from './letters.js';

const original = 'Message-ID: <ours@acme.desk.example>\nSubject: Toner';

function report(
  status: string,
  { type = 'message/delivery-status', shown = 'text/rfc822-headers', kind = 'multipart/report' } = {},
) {
  return message(
    ['From: MAILER-DAEMON@mx.example', `Content-Type: ${kind}; report-type=delivery-status; boundary=b1`],
    `--b1\n\nIt did not arrive.\n--b1\nContent-Type: ${type}\n\nReporting-MTA: dns; mx.example\n\n${status}\n\n--b1\nContent-Type: ${shown}\n\n${original}\n\n--b1--\n`,
  );
}
const fields = (status: string, action = 'failed', recipient = 'Final-Recipient: rfc822; carl@customer.example') =>
  `${recipient}\nAction: ${action}\nStatus: ${status}`;
const failed = (status: string, isHard: boolean, address = 'carl@customer.example') => [{ address, status, isHard }];

describe('a report of a mail server', () => {
  it.each([
    ['no such mailbox', fields('5.1.1'), failed('5.1.1', true)],
    ['no such host', fields('5.1.2'), failed('5.1.2', true)],
    ['a mailbox that moved', fields('5.1.6'), failed('5.1.6', true)],
    ['a null MX', fields('5.1.10'), failed('5.1.10', true)],
    ['a mailbox that is disabled', fields('5.2.1'), failed('5.2.1', true)],
    ['a full mailbox', fields('5.2.2'), failed('5.2.2', false)],
    ['a mail that is too long for the mailbox', fields('5.2.3'), failed('5.2.3', false)],
    ['a mail that is too large for the server', fields('5.3.4'), failed('5.3.4', false)],
    ['a loop', fields('5.4.6'), failed('5.4.6', true)],
    ['a policy', fields('5.7.1'), failed('5.7.1', false)],
    ['a failed DMARC check', fields('5.7.26'), failed('5.7.26', false)],
    ['a server that gave up', fields('4.4.7'), failed('4.4.7', false)],
    ['a comment behind the status', fields('5.1.1 (bad destination mailbox address)'), failed('5.1.1', true)],
    ['an action with a comment', fields('5.1.1', 'failed (undeliverable)'), failed('5.1.1', true)],
    ['names in capitals', fields('5.1.1').toUpperCase(), failed('5.1.1', true, 'CARL@CUSTOMER.EXAMPLE')],
    ['no status', fields('none'), failed('5.0.0', true)],
    [
      'an original recipient alone',
      fields('5.1.1', 'failed', 'Original-Recipient: rfc822;<carl@customer.example>'),
      failed('5.1.1', true),
    ],
    ['a delay', fields('4.4.1', 'delayed'), []],
    ['an arrival', fields('2.0.0', 'delivered'), []],
    ['an arrival that nobody reports further', fields('2.0.0', 'relayed'), []],
    [
      'two recipients, of whom one failed',
      `${fields('2.1.5', 'delivered')}\n\n${fields('5.1.1')}`,
      failed('5.1.1', true),
    ],
    [
      'two recipients that failed',
      `${fields('5.1.1')}\n\n${fields('5.2.2')}`,
      [...failed('5.1.1', true), ...failed('5.2.2', false)],
    ],
  ])('tells of %s', async (_what, status, expected) => {
    expect(bounceOf(await read(report(status)))).toEqual({
      failed: expected,
      originalMessageId: 'ours@acme.desk.example',
    });
  });

  it.each([
    { shown: 'message/rfc822' },
    { shown: 'message/global-headers' },
    { type: 'message/global-delivery-status', shown: 'message/global' },
  ])('shows the mail as %j', async (form) => {
    const bounce = bounceOf(await read(report(fields('5.1.1'), form)));
    expect(bounce).toEqual({ failed: failed('5.1.1', true), originalMessageId: 'ours@acme.desk.example' });
  });

  it('is none in a mail of another kind, which somebody may have forwarded', async () => {
    expect(bounceOf(await read(report(fields('5.1.1'), { kind: 'multipart/mixed' })))).toBeUndefined();
  });
});

describe('a bounce in words', () => {
  it.each([
    [
      '550 5.1.1 The email account that you tried to reach does not exist.',
      [{ address: '', status: '5.1.1', isHard: false }],
    ],
    ['Your message could not be delivered.', [{ address: '', status: '5.0.0', isHard: false }]],
    ['The mail is delayed and will be retried for 2 days.', []],
    ['451 4.7.1 Greylisting in action.', []],
  ])('%s', async (text, expected) => {
    expect(unspokenBounce(await read(message(['From: <>'], text))).failed).toEqual(expected);
  });
});
