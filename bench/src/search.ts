import type pg from 'pg';
import { listTickets, readSnippets, readWords, type TicketFilters } from 'app-api/ticket-list';
import { call } from './clients.js';
import { rankOf, wordOf } from './large-helpdesk.js';
import { milliseconds, percentile, printRow, timed } from './report.js';

const searches = 300;
const warmup = 30;
const limit = 25;

export interface Agent {
  readonly origin: string;
  readonly headers: Record<string, string>;
  readonly id: string;
}

interface Search {
  readonly q: string;
  readonly status?: 'OPEN';
  readonly sort?: 'updatedAt';
}

/**
 * Searches as people type them over the large helpdesk, one after the other: at the database (the product's statements by pg,
 * words, page and snippets) and over HTTP, in turns.
 */
export async function benchSearch(client: pg.Client, agent: Agent): Promise<void> {
  const database: number[] = [];
  const http: number[] = [];
  for (const [place, search] of typed(searches + warmup).entries()) {
    const ways = [() => timed(() => atDatabase(client, agent, search)), () => timed(() => ask(agent, search))] as const;
    // The second finds PostgreSQL's cache as the first has left it: each of them is first as often.
    const second = place % 2 === 0 ? undefined : await ways[1]();
    const inDatabase = await ways[0]();
    const overHttp = second ?? (await ways[1]());
    if (place < warmup) continue;
    database.push(inDatabase);
    http.push(overHttp);
  }
  for (const percent of [50, 95])
    printRow(
      `search 100,000 tickets, p${percent}`,
      milliseconds(percentile(http, percent)),
      `${milliseconds(percentile(database, percent))} at the database`,
      (percentile(http, percent) / percentile(database, percent)).toFixed(2),
    );
}

async function atDatabase(client: pg.Client, { id }: Agent, { q, status, sort }: Search): Promise<void> {
  const db = {
    select: async <Row>({ text, values }: { text: string; values: unknown[] }) =>
      (await client.query(text, values)).rows as Row[],
  };
  const viewer = { id, role: 'ADMIN' as const };
  const [words] = await readWords(db, [q]);
  if (words === undefined) throw new Error(`no words of ${q}`);
  const filters: TicketFilters = {
    q,
    deleted: false,
    ...(status === undefined ? {} : { status: { of: [status], not: [] } }),
  };
  const page = { order: [{ by: sort ?? ('relevance' as const), descending: true }], rows: limit + 1 };
  const rows = await db.select<{ json: string }>(listTickets(filters, page, viewer, words));
  const tickets = rows
    .slice(0, limit)
    .map(({ json }) => JSON.parse(json) as Parameters<typeof readSnippets>[1][number]);
  await readSnippets(db, tickets, words, viewer);
}

async function ask({ origin, headers }: Agent, { q, status, sort }: Search): Promise<void> {
  const query = new URLSearchParams({ q, ...(status && { status }), ...(sort && { sort: `-${sort}` }) });
  await call(`${origin}/api/v1/tickets?${query.toString()}`, { headers });
}

/** Of ten searches five have one word, two have two, and one each a phrase, an excluded word and a beginning. Always the same. */
function typed(count: number): Search[] {
  const random = generator(7);
  const word = () => wordOf(rankOf(random()));
  return Array.from({ length: count }, (_, place) => {
    const forms = [
      word,
      word,
      word,
      word,
      word,
      () => `${word()} ${word()}`,
      () => `${word()} ${word()}`,
      () => `"${word()} ${word()}"`,
      () => `${word()} -${word()}`,
      () => `${word().slice(0, 4)}*`,
    ];
    const q = forms[place % forms.length]?.() ?? word();
    return {
      q,
      ...(random() < 0.25 ? { status: 'OPEN' as const } : {}),
      ...(random() < 0.25 ? { sort: 'updatedAt' as const } : {}),
    };
  });
}

/** Numbers of 0 to 1 that are the same in each run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
