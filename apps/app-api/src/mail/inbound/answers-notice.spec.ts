import { describe, expect, it } from '@jest/globals';
import { messageIdOf } from '../../mail-core/message-ids.js';
import { answersNotice } from './answers-notice.js';
import type { FiledMail } from './filed-mail.js';

const id = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
const notice = messageIdOf({ ticketId: undefined, deliveryId: id }, 'acme.desk.example');
const reply = messageIdOf({ ticketId: id, deliveryId: id }, 'acme.desk.example');
const inTicket = { ticketId: id, mayWrite: true, ownToken: true, byToken: true };

interface Case {
  readonly answers: readonly string[];
  readonly role?: 'AGENT' | 'CUSTOMER';
  readonly byMachine?: boolean;
  readonly place?: typeof inTicket;
}

const judged = ({ answers, role = 'AGENT', byMachine = true, place }: Case) =>
  answersNotice({
    letter: { answers },
    sender: { id, role, status: 'ACTIVE' },
    automatism: { mayAnswer: false, mayReopen: !byMachine },
    place,
  } as unknown as FiledMail);

describe('a mail of a machine', () => {
  it.each([
    ['to a notice, by a colleague', { answers: [notice] }],
    ['to a notice, by a customer', { answers: ['other@x.example', notice], role: 'CUSTOMER' }],
    ['to a reply address of a colleague', { answers: [], place: inTicket }],
  ] as const)('is only noted: %s', (_, mail) => {
    expect(judged(mail)).toBe(true);
  });

  it.each([
    ['about a ticket, by a customer', { answers: [reply], role: 'CUSTOMER', place: inTicket }],
    ['about nothing of ours', { answers: ['other@x.example'] }],
  ] as const)('is filed: %s', (_, mail) => {
    expect(judged(mail)).toBe(false);
  });

  it('is filed if a person wrote it', () => {
    expect(judged({ answers: [notice], byMachine: false })).toBe(false);
  });
});
