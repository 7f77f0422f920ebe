import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import fc from 'fast-check';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const find = async (caller: Helpdesk['agent'], q: string, more = '') =>
  (await caller.get(`/tickets?q=${encodeURIComponent(q)}${more}`)).body.data.map(
    ({ title }: { title: string }) => title,
  );

describe('searching', () => {
  beforeAll(async () => {
    await openTicket(desk.agent, {
      title: 'Toner for the copier',
      description: 'The copier on floor two asks for magenta.',
    });
    await openTicket(desk.agent, { title: 'Scanner', description: 'After the toner was changed, scans are grey.' });
    const talked = await openTicket(desk.agent, { title: 'Projector', description: 'It hums.' });
    await reply(desk.agent, talked.id, { body: 'Maybe a lamp; the toner room has spare ones.' });
  });

  it('finds words in titles, descriptions and comments, best first: title, description, comment', async () => {
    expect(await find(desk.agent, 'toner')).toEqual(['Toner for the copier', 'Scanner', 'Projector']);
  });

  it('follows a sort when one is given', async () => {
    expect(await find(desk.agent, 'toner', '&sort=-number')).toEqual(['Projector', 'Scanner', 'Toner for the copier']);
  });

  it('finds other forms of a word, in any case', async () => {
    expect(await find(desk.agent, 'SCANS')).toEqual(['Scanner']);
    expect(await find(desk.agent, 'lamps')).toEqual(['Projector']);
  });

  it('wants all words, though they stand in different places', async () => {
    expect(await find(desk.agent, 'projector toner')).toEqual(['Projector']);
  });

  it('finds a "phrase" where its words follow each other', async () => {
    expect(await find(desk.agent, '"toner room"')).toEqual(['Projector']);
    expect(await find(desk.agent, '"room toner"')).toEqual([]);
  });

  it('leaves out tickets with a -word anywhere in their conversation', async () => {
    expect(await find(desk.agent, 'toner -lamp')).toEqual(['Toner for the copier', 'Scanner']);
  });

  it('finds a ticket by its new text after a change, and not by its old one', async () => {
    const ticket = await openTicket(desk.agent, { title: 'Wombat', description: 'x' });
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'Platypus' });
    expect(await find(desk.agent, 'wombat')).toEqual([]);
    expect(await find(desk.agent, 'platypus')).toEqual(['Platypus']);
  });

  it('keeps to the other filters', async () => {
    await openTicket(desk.agent, { title: 'Flamingo open', priority: 'URGENT' });
    await openTicket(desk.agent, { title: 'Flamingo resolved', status: 'RESOLVED' });
    expect(await find(desk.agent, 'flamingo', '&status=resolved')).toEqual(['Flamingo resolved']);
    expect(await find(desk.agent, 'flamingo', '&priority=urgent')).toEqual(['Flamingo open']);
    expect((await desk.agent.get('/tickets?q=flamingo&include=total&limit=1')).body.meta.total).toBe(2);
  });

  it('walks results of equal rank without skipping or repeating', async () => {
    for (let index = 0; index < 7; index++)
      await openTicket(desk.agent, { title: 'Capybara', description: 'Same text' });
    const found = await walk(desk.agent, '/tickets?q=capybara&limit=3');
    expect(found).toHaveLength(7);
    expect(new Set(found.map(({ id }) => id)).size).toBe(7);
  });

  it('keeps found what was found while writes go on between pages', async () => {
    for (let index = 0; index < 6; index++)
      await openTicket(desk.agent, { title: `Axolotl ${'axolotl '.repeat(index)}`, description: `${index}` });
    const before = (await desk.agent.get('/tickets?q=axolotl&limit=100')).body.data.map(({ id }: { id: string }) => id);
    const found = await walk(desk.agent, '/tickets?q=axolotl&limit=2', () =>
      openTicket(desk.agent, { title: 'Axolotl newcomer' }),
    );
    expect(found.map(({ id }) => id).filter((id) => before.includes(id))).toEqual(before);
  });
});

describe('what a customer searches', () => {
  it('is never an internal comment, neither found, nor excluded by, nor ranked by', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Invoice', description: 'Please explain.' });
    await reply(desk.agent, ticket.id, { body: 'Customer is a zebrafish', visibility: 'INTERNAL' });
    expect(await find(desk.customer, 'zebrafish')).toEqual([]);
    expect(await find(desk.customer, 'invoice -zebrafish')).toEqual(['Invoice']);
    expect(await find(desk.agent, 'zebrafish')).toEqual(['Invoice']);
    expect((await desk.customer.get('/tickets?q=zebrafish&include=total')).body.meta.total).toBe(0);
  });

  it('is a public comment', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Delivery' });
    await reply(desk.agent, ticket.id, { body: 'It waits at the pangolin.' });
    expect(await find(desk.customer, 'pangolin')).toEqual(['Delivery']);
  });

  it("is never another customer's ticket", async () => {
    await openTicket(desk.stranger, { title: 'Quokka' });
    expect(await find(desk.customer, 'quokka')).toEqual([]);
    expect(await find(desk.stranger, 'quokka')).toEqual(['Quokka']);
  });
});

describe('what people type', () => {
  it.each([
    '"',
    '""',
    '-',
    '- -',
    '"-"',
    '!',
    '&',
    '|',
    '()',
    ':*',
    '<->',
    "'",
    '\\',
    '%',
    '*',
    'or',
    'OR or OR',
    'the',
    '-the',
    '"the and"',
    '-"a b',
    "';--",
    '🎫',
    '\u202e',
    'ａ',
    'a:b:c',
    '\t',
    "''::",
    '--x',
  ])('is no error when it is %j', async (q) => {
    for (const more of ['', '&sort=number']) {
      const { status } = await desk.agent.get(`/tickets?q=${encodeURIComponent(q)}${more}&include=total`);
      expect(status).toBe(q.trim() === '' ? 400 : 200);
    }
  });

  it.each([
    ['empty', ''],
    ['blank', '%20'],
    ['NUL', 'a%00b'],
    ['too long', 'x'.repeat(1001)],
  ])('is 400 when it is %s', async (_, q) => {
    expect((await desk.agent.get(`/tickets?q=${q}`)).status).toBe(400);
  });

  it('is no error when it is a word as long as can be', async () => {
    expect((await desk.agent.get(`/tickets?q=${'x'.repeat(1000)}`)).body.data).toEqual([]);
  });

  it('never makes the server fail', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('"', '-', ' or ', ' ', '<->', '|', '&', '!', '(', ')', ':*A', '\\', "'"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const { status } = await desk.agent.get(`/tickets?q=${encodeURIComponent(pieces.join(''))}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });
});
