import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const longest = 65_536;
/** Of the 1,048,575 bytes that PostgreSQL lets a vector have. */
const mostBytes = 930_000;

/** As many pieces as a body may have characters. */
function full(piece: (n: number) => string): string {
  const pieces: string[] = [];
  for (let n = 0, length = 0; ; n++) {
    const each = piece(n);
    length += [...each].length;
    if (length > longest) return pieces.join('').trim();
    pieces.push(each);
  }
}

/** A number below `most`, without an order. */
const some = (n: number, most: number) => (((n % 251) * 40_503 + (n % 241) * (n % 239)) % 65_521) % most;
const letters = (n: number, from: number, most: number, length: number) =>
  Array.from({ length }, (_, place) => String.fromCodePoint(from + some(n * length + place, most))).join('');

describe('the longest text of each kind is stored, within what a vector holds', () => {
  it.each([
    ['short figures that begin with 0', full((n) => `0${some(n, 97)} `)],
    ['figures that all differ', full((n) => `0${n} `)],
    ['single zeros', full(() => '0 ')],
    ['figures behind +', full((n) => `+${1_000_000 + n} `)],
    ['figures in brackets', full((n) => `(${some(n, 97)}) `)],
    ['figures in brackets without spaces', full((n) => `(0${n})`)],
    ['phone numbers', full((n) => `+49 30 ${1_000_000 + n}, `)],
    ['short joined tokens', full(() => 'a-')],
    ['joined tokens that differ', full((n) => `a${n}-b_c${n}.d/`)],
    ['paths', full((n) => `C:\\U${n}\\x_${n}-v.xls `)],
    ['versions', full((n) => `v1.${n}.2-b.${n} `)],
    ['codes with spaces', full((n) => `DE89 3704 ${1000 + n} 0532 `)],
    ['addresses', full((n) => `a${n}@b.c `)],
    ['addresses of one letter', full(() => 'a@')],
    ['long addresses', full((n) => `${letters(n, 0x12000, 900, 60)}@${letters(n, 0x12000, 900, 190)} `)],
    ['words that all differ', full((n) => `${n.toString(36)} `)],
    ['one word', full(() => 'x')],
    ['words of 64 letters of four bytes', full((n) => `${letters(n, 0x12000, 900, 64)} `)],
    ['codes of letters of four bytes', full((n) => `${letters(n, 0x12000, 900, 30)}-${letters(n, 0x12000, 900, 30)} `)],
    ['compatibility forms', full((n) => `${'ﷺ'.repeat(3)}${n % 7} `)],
    ['Chinese', full((n) => String.fromCodePoint(0x4e00 + some(n, 20_000)))],
    ['Chinese of four bytes', full((n) => String.fromCodePoint(0x20000 + some(n, 40_000)))],
    ['digits of other scripts', full((n) => `٠${'٠١٢٣٤٥٦٧٨٩'[some(n, 10)]} `)],
  ])('%s', async (_, text) => {
    const { status, body } = await desk.agent.post('/tickets', { title: 'Long', description: text });
    expect(status).toBe(201);
    // Each word counts by each of its places, as in the text that PostgreSQL reads a vector from.
    const [held] = await inDatabase(
      desk.tenant,
      `SELECT max(bytes)::int AS "bytes", max(lexeme)::int AS "lexeme", sum(lexemes)::int AS "lexemes" FROM (
         SELECT (SELECT sum(octet_length(u.lexeme) * greatest(coalesce(cardinality(u.positions), 1), 1)) FROM unnest(f."vector") u) AS bytes,
                (SELECT max(octet_length(u.lexeme)) FROM unnest(f."vector") u) AS lexeme, length(f."vector") AS lexemes
           FROM "TicketSearch" f WHERE f."ticketId" = $1) s`,
      [body.id],
    );
    expect(held?.bytes).toBeLessThan(mostBytes);
    expect(held?.lexeme).toBeLessThan(1100);
    // Two for each word or pair of characters, and what is joined.
    expect(held?.lexemes).toBeLessThan(2 * longest);
  });

  it('as a comment, and when two such tickets become one', async () => {
    const body = full((n) => `0${some(n, 97)} `);
    const [source, target] = [
      await openTicket(desk.agent, { title: 'Source', description: body }),
      await openTicket(desk.agent, { title: 'Target', description: body }),
    ];
    await reply(desk.agent, target.id, { body });
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
  });

  it('in every other place that is searched', async () => {
    const odd = (most: number) => full((n) => `0${some(n, 97)}-`).slice(0, most);
    const person = await desk.tenant.user('CUSTOMER', odd(100));
    const tags = Array.from({ length: 20 }, (_, n) => `${odd(40)}_${n}`);
    const { status, body } = await desk.agent.post('/tickets', {
      title: odd(200),
      description: 'x',
      tags,
      authorId: person.id,
    });
    expect([status, body.errors]).toEqual([201, undefined]);
  });

  it('in another language, too', async () => {
    await openTicket(desk.agent, { title: 'Wanted afterwards', description: full((n) => `(0${some(n, 97)}) `) });
    expect((await desk.admin.patch('/settings', { searchLanguage: 'german' })).status).toBe(200);
    await until(async () => {
      await desk.agent.get('/tickets?q=wanted');
      const rows = await inDatabase(desk.tenant, `SELECT "searchIndexedIn" AS "language" FROM "Settings"`);
      return rows[0]?.language === 'german';
    });
    expect((await desk.agent.get('/tickets?q=wanted')).body.data).toHaveLength(1);
  });
});

describe('what a text adds beside its words has an end', () => {
  const forms = async (name: string, text: string): Promise<number> => {
    const [row] = await inDatabase(desk.tenant, `SELECT count(*)::int AS "forms" FROM ${name}($1)`, [text]);
    return row?.forms as number;
  };

  it.each([
    ['search_numbers', 5_100, (n: number) => `0${some(n, 97)} `],
    ['search_numbers', 5_100, (n: number) => `0${1_000_000 + n}, `],
    ['search_joined', 12_000, (n: number) => `a${n}-b${n}-c${n}-d${n},`],
    ['search_joined', 12_000, (n: number) => `a${n}.b ${n}_x `],
    ['search_codes', 4_500, (n: number) => `A${n} 0${n} `],
    ['search_addresses', 4_000, (n: number) => `a${n}@b.example `],
  ])('%s makes %i forms at most', async (name, most, piece) => {
    const [short, whole] = [Array.from({ length: 20 }, (_, n) => piece(n)).join(''), full(piece)];
    expect(await forms(name, short)).toBeGreaterThan(10);
    expect(await forms(name, short)).toBeLessThan(short.length * 2);
    expect(await forms(name, whole)).toBeLessThanOrEqual(most);
  });

  it.each([
    ['figures', '01 '.repeat(333)],
    ['one long phrase', `"${'0 1'.repeat(330)}"`],
    ['joined tokens', 'a-1'.repeat(333)],
    ['groups of a code', 'A1 2B 3C 4D '.repeat(83)],
    ['Chinese', '東京'.repeat(500)],
    ['compatibility forms', 'ﷺ '.repeat(500)],
    ['alternatives', '1 2 3 4 5 6 7 or '.repeat(58)],
    ['beginnings', '0* 1* 2* a* x* ab* '.repeat(50)],
  ])('a search of %s is answered, by a query in proportion to it', async (_, q) => {
    expect((await desk.agent.get(`/tickets?q=${encodeURIComponent(q)}`)).status).toBe(200);
    const [row] = await inDatabase(
      desk.tenant,
      `SELECT length(concat(m."query", m."words"))::int AS "size" FROM "search_term"('english', $1) m`,
      [q],
    );
    expect(row?.size).toBeLessThan(20 * q.length);
  });

  it('shows where a short text was found beside long ones full of what may be a word', async () => {
    await openTicket(desk.agent, { title: 'Visitors', description: 'An antelope came in. It ate the apples.' });
    const { status, body } = await desk.agent.get('/tickets?q=antelope or 01* or a*');
    const { snippets } = body.data.find(({ title }: { title: string }) => title === 'Visitors');
    expect([status, snippets]).toEqual([200, [expect.objectContaining({ field: 'description' })]]);
    expect(snippets[0].matches).toContainEqual({ start: 3, end: 11 });
  });
});
