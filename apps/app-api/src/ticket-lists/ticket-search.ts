import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, type Viewer } from '../ticket-core/viewer.js';
import { parseSearch, ticketNumberIn, type SearchAlternative } from './search-text.js';

/** What a ticket must hold, and must not, in any of its texts: each by the text of a tsquery. */
export interface WantedWords {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

/** What somebody searches for, in the helpdesk's language. */
export interface SearchWords {
  /** One of them is enough; without any nothing is found. */
  readonly alternatives: readonly WantedWords[];
  /** A tsquery of the words that are not excluded; null when all are. */
  readonly any: string | null;
  /** The ticket that is meant by its number. */
  readonly number?: number;
  /** Whether tickets are left to be indexed in the helpdesk's language. */
  readonly stale: boolean;
}

interface Term {
  readonly query: string | null;
  readonly words: string | null;
  readonly dropped: boolean | null;
}

/** Terms that PostgreSQL may begin a search by; each more would multiply the ways that it thinks about. */
const mostJoined = 4;

/** What each of these texts means, in their order: words, "phrases", or, -without, beginnings*. */
export async function readWords(db: Pick<TenantDatabase, 'select'>, texts: readonly string[]): Promise<SearchWords[]> {
  const parsed = texts.map(parseSearch);
  const asked = [...new Set(parsed.flat(2).map(({ text }) => text))];
  const rows = await db.select<Term & { stale: boolean }>(Prisma.sql`
    SELECT m."query", m."words", m."dropped", s."searchLanguage" <> s."searchIndexedIn" AS "stale"
      FROM "Settings" s CROSS JOIN unnest(${asked}::text[]) WITH ordinality a ("text", "place")
     CROSS JOIN LATERAL "search_term"(s."searchLanguage", a."text") m
     ORDER BY a."place"`);
  const terms = new Map(rows.map((row, place) => [asked[place], row]));
  const stale = rows[0]?.stale === true;
  return parsed.map((alternatives, place) => {
    const number = ticketNumberIn(texts[place] ?? '');
    const read = alternatives.flatMap((alternative) => readAlternative(alternative, terms) ?? []);
    const any = read.flatMap(({ words }) => words).join(' | ');
    return { alternatives: joinSingle(read, number), any: any === '' ? null : any, number, stale };
  });
}

/** Undefined when there is no word in it. What the language drops counts where there is nothing else. */
function readAlternative(
  alternative: SearchAlternative,
  terms: ReadonlyMap<string | undefined, Term>,
): (WantedWords & { readonly words: readonly string[] }) | undefined {
  const all = alternative.flatMap(({ text, excluded }) => {
    const { query = null, words = null, dropped = null } = terms.get(text) ?? {};
    return query === null || words === null ? [] : [{ query, words, excluded, dropped: dropped === true }];
  });
  const telling = all.filter(({ dropped }) => !dropped);
  const counted = telling.length === 0 ? all : telling;
  if (counted.length === 0) return undefined;
  const wanted = counted.filter(({ excluded }) => !excluded);
  const unwanted = counted.filter(({ excluded }) => excluded);
  // The longest words are the rarest: PostgreSQL begins by the first ones.
  const queries = wanted.map(({ query }) => query).toSorted((one, other) => other.length - one.length);
  return { wanted: queries, unwanted: unwanted.map(({ query }) => query), words: wanted.map(({ words }) => words) };
}

/** Single words of which one is enough are one tsquery. A ticket's number is a lexeme of its title that no text holds. */
function joinSingle(read: readonly WantedWords[], number: number | undefined): WantedWords[] {
  const isSingle = ({ wanted, unwanted }: WantedWords) => wanted.length === 1 && unwanted.length === 0;
  const singles = read.filter(isSingle).flatMap(({ wanted }) => wanted);
  if (number !== undefined) singles.push(`'#${number}'`);
  const others = read.filter((each) => !isSingle(each)).map(({ wanted, unwanted }) => ({ wanted, unwanted }));
  return singles.length === 0 ? others : [{ wanted: [singles.join(' | ')], unwanted: [] }, ...others];
}

/** The condition on rows of "Ticket" under the alias `t` that leaves those whose texts have what one alternative wants. */
export function holds({ wanted, unwanted }: WantedWords, viewer: Viewer): Prisma.Sql {
  const piece = (query: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT FROM "TicketSearch" f WHERE f."ticketId" = t."id" AND f."vector" @@ ${query} AND ${searchable(viewer)})`;
  const [first, rest] = [wanted.slice(0, mostJoined), wanted.slice(mostJoined)];
  const conditions = first.map((query) => piece(Prisma.sql`${query}::tsquery`));
  if (rest.length > 0)
    conditions.push(Prisma.sql`NOT EXISTS (
      SELECT FROM unnest(${[...rest]}::text[]) w ("query") WHERE NOT ${piece(Prisma.sql`w."query"::tsquery`)})`);
  conditions.push(...unwanted.map((query) => Prisma.sql`NOT ${piece(Prisma.sql`${query}::tsquery`)}`));
  return Prisma.join(conditions, ' AND ');
}

/** The same for all alternatives. */
export function matches({ alternatives }: SearchWords, viewer: Viewer): Prisma.Sql {
  const [only, ...others] = alternatives;
  if (only === undefined) return Prisma.sql`false`;
  if (others.length === 0) return holds(only, viewer);
  // Each found by its own index: joined by "or" none of them would be.
  const found = alternatives.map((each) => Prisma.sql`SELECT t."id" FROM "Ticket" t WHERE ${holds(each, viewer)}`);
  return Prisma.sql`t."id" IN (${Prisma.join(found, ' UNION ALL ')})`;
}

/** The condition on rows of "TicketSearch" under the alias `f` that leaves those which `viewer` may find by. */
export function searchable(viewer: Viewer): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`NOT f."internal"`;
}
