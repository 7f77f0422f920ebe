import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import fc from 'fast-check';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
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

  it('finds either of two words with "or"', async () => {
    expect(await find(desk.agent, 'lamp or magenta', '&sort=number')).toEqual(['Toner for the copier', 'Projector']);
  });

  it('finds words by their beginning* with a star, alone, in a phrase and excluded', async () => {
    await openTicket(desk.agent, {
      title: 'Gateway',
      description: 'The firewall drops packages of antivirus updates.',
    });
    expect(await find(desk.agent, 'antiv*')).toEqual(['Gateway']);
    expect(await find(desk.agent, 'antiv')).toEqual([]);
    expect(await find(desk.agent, '"of antiv*"')).toEqual(['Gateway']);
    expect(await find(desk.agent, 'packages -antiv*')).toEqual([]);
    expect(await find(desk.agent, 'nothing or ANTI*')).toEqual(['Gateway']);
  });

  it.each(['ord-20*', 'ord-2024*', 'anna@fi*', 'anna@firm.ex*', 'v1.2*', 'foo_b*', 'self-ser*', '"the self-ser*"'])(
    'finds what is more than a word by its beginning: %s',
    async (q) => {
      const title = 'References';
      if ((await find(desk.agent, 'references')).length === 0)
        await openTicket(desk.agent, {
          title,
          description: 'ORD-2024-17 of anna@firm.example about v1.25.3 and foo_bar in the self-service.',
        });
      expect(await find(desk.agent, q)).toEqual([title]);
      expect(await find(desk.agent, `references -${q}`)).toEqual([]);
    },
  );

  it('finds a word* that is whole already, though its stem is shorter', async () => {
    expect(await find(desk.agent, 'packages*')).toEqual(['Gateway']);
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

describe('what was found', () => {
  const snippetsOf = async (caller: Helpdesk['agent'], q: string) =>
    (await caller.get(`/tickets?q=${encodeURIComponent(q)}`)).body.data[0]?.snippets;
  const marked = (snippet: any) =>
    snippet.matches.map(({ start, end }: { start: number; end: number }) => snippet.text.slice(start, end));

  it('is shown where it stands: in the title, the description and the newest comment that holds it', async () => {
    const ticket = await openTicket(desk.customer, {
      title: 'Narwhals everywhere',
      description: `${'Much was said before. '.repeat(40)}Then a narwhal came. ${'And much after. '.repeat(40)}`,
    });
    await reply(desk.agent, ticket.id, { body: 'Which narwhal?' });
    const newest = await reply(desk.agent, ticket.id, { body: 'Both Narwhals left.' });
    await reply(desk.agent, ticket.id, { body: 'Good bye.' });
    const snippets = await snippetsOf(desk.agent, 'narwhal came');
    expect(snippets.map((snippet: any) => [snippet.field, snippet.commentId, marked(snippet)])).toEqual([
      ['title', null, ['Narwhals']],
      ['description', null, ['narwhal', 'came']],
      ['comment', newest.id, ['Narwhals']],
    ]);
    expect(snippets[1].text.length).toBeLessThan(300);
  });

  it('is plain text, whatever somebody wrote', async () => {
    await openTicket(desk.customer, {
      title: 'Okapi <b>bold</b> \ue000fake\ue001',
      description: `<img src=x onerror=alert(1)> okapi ${'x'.repeat(9000)}`,
    });
    const [title, description] = await snippetsOf(desk.agent, 'okapi');
    expect([title.field, marked(title)]).toEqual(['title', ['Okapi']]);
    expect(marked(description)).toEqual(['okapi']);
    expect(description.text.length).toBeLessThanOrEqual(500);
  });

  it('is shown to a customer without internal comments, of those who may see them with', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Ibex' });
    const hidden = await reply(desk.agent, ticket.id, { body: 'The ibex is a liar.', visibility: 'INTERNAL' });
    expect((await snippetsOf(desk.customer, 'ibex')).map(({ field }: any) => field)).toEqual(['title']);
    expect((await snippetsOf(desk.agent, 'ibex')).map(({ commentId }: any) => commentId)).toEqual([null, hidden.id]);
  });

  it('is never an excluded word', async () => {
    expect((await snippetsOf(desk.agent, 'ibex -horse')).map(marked).flat()).toEqual(['Ibex', 'ibex']);
    expect(await snippetsOf(desk.agent, '-ibex -horse')).toEqual([]);
  });

  it('is told of searches alone', async () => {
    expect((await desk.agent.get('/tickets?limit=1')).body.data[0]).not.toHaveProperty('snippets');
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

  it('is a public word of a long conversation, though an internal comment had it before', async () => {
    const words = (prefix: string) => Array.from({ length: 9000 }, (_, index) => `${prefix}${index}`).join(' ');
    const ticket = await openTicket(desk.customer, { title: 'Long', description: words('a') });
    await reply(desk.customer, ticket.id, { body: words('b') });
    await reply(desk.agent, ticket.id, { body: 'A walrus, if you ask me.', visibility: 'INTERNAL' });
    expect(await find(desk.customer, 'walrus')).toEqual([]);
    await reply(desk.agent, ticket.id, { body: 'It was a walrus.' });
    expect(await find(desk.customer, 'walrus')).toEqual(['Long']);
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
    '\u202eab',
    'ａ',
    'a:b:c',
    '\t',
    "''::",
    '--x',
    'ab*',
    '*ab',
    "it's*",
    'self-ser*',
    '"two wor*"',
    'ab**cd*',
    'a7q7x',
  ])('is no error when it is %j', async (q) => {
    for (const more of ['', '&sort=number']) {
      const { status } = await desk.agent.get(`/tickets?q=${encodeURIComponent(q)}${more}&include=total`);
      expect(status).toBe(200);
    }
  });

  it.each([
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
      fc.constantFrom(
        '"',
        '-',
        ' or ',
        ' ',
        '*',
        'ab*',
        "a'b*",
        '7q7x',
        'x-7q7x',
        '<->',
        '|',
        '&',
        '!',
        '(',
        ')',
        ':*A',
        '\\',
        "'",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const { status } = await desk.agent.get(`/tickets?q=${encodeURIComponent(pieces.join(''))}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 150, seed: 1 },
    );
  });
});
