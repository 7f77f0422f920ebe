import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { visibleComments, type Viewer } from '../ticket-core/viewer.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { searchable, type SearchWords } from './ticket-search.js';
import type { SnippetDto } from './found-ticket.dto.js';
import { excerpt, WordMarks, type Candidate } from './word-marks.js';

/** A ticket of a list; with a search also where its words stand. */
export interface FoundTicket extends Ticket {
  readonly snippets?: readonly SnippetDto[];
}

interface FoundText {
  readonly ticketId: string;
  readonly field: SnippetDto['field'];
  readonly commentId: string | null;
  readonly text: string;
}

type Database = Pick<TenantDatabase, 'select'>;

/** Characters of a text that are read: what lies beyond is found, but not shown. */
const readMost = 10_000;

/** Different words that PostgreSQL is asked about for one list: each takes it some 50 µs, and 20 long texts hold 30,000. */
const mostWords = 5000;

/** Where the words stand in these tickets, by the tickets' ids: at most once in each kind of text. */
export async function readSnippets(
  db: Database,
  tickets: readonly Ticket[],
  { any }: SearchWords,
  viewer: Viewer,
): Promise<ReadonlyMap<string, SnippetDto[]>> {
  const found = new Map<string, SnippetDto[]>();
  if (tickets.length === 0 || any === null) return found;
  const texts = await db.select<FoundText>(textsOf(tickets, any, viewer));
  const marks = new WordMarks(any);
  const candidates = texts.map(({ text }) => marks.candidates(text));
  const words = await wantedAmong(db, wordsOf(candidates), any);
  for (const [place, { ticketId, field, commentId, text }] of texts.entries()) {
    const held = candidates[place]?.filter(({ word }) => words.has(word)) ?? [];
    const shown = excerpt(text, [...marks.certain(text), ...held], field === 'title');
    if (shown.matches.length > 0) found.set(ticketId, [...(found.get(ticketId) ?? []), { field, commentId, ...shown }]);
  }
  return found;
}

/** The different words of all texts. What short texts leave of their shares is for the long ones behind them. */
function wordsOf(texts: readonly (readonly Candidate[])[]): string[] {
  const words = new Set<string>();
  for (const [place, text] of texts.entries()) {
    const until = words.size + Math.ceil((mostWords - words.size) / (texts.length - place));
    for (const { word } of text) {
      if (words.size >= until) break;
      words.add(word);
    }
  }
  return [...words];
}

function textsOf(tickets: readonly Ticket[], any: string, viewer: Viewer): Prisma.Sql {
  const ids = tickets.map(({ id }) => id);
  const begun = (column: string) => Prisma.sql`left(${Prisma.raw(column)}, ${readMost}::int)`;
  const found = Prisma.sql`f."ticketId" = t."id" AND f."vector" @@ ${any}::tsquery AND ${searchable(viewer)}`;
  const own = (field: string) => Prisma.sql`EXISTS (
    SELECT FROM "TicketSearch" f WHERE ${found} AND f."field" = ${Prisma.raw(`'${field}'`)} AND f."sourceId" = t."id")`;
  return Prisma.sql`
    SELECT t."id"::text AS "ticketId", p."field", p."commentId"::text AS "commentId", p."text"
      FROM "Ticket" t CROSS JOIN LATERAL (
        SELECT 1 AS "place", 'title' AS "field", NULL::uuid AS "commentId", t."title" AS "text" WHERE ${own('TITLE')}
         UNION ALL SELECT 2, 'description', NULL, ${begun('t."description"')} WHERE ${own('DESCRIPTION')}
         UNION ALL (
           SELECT 3, 'comment', c."id", ${begun('c."body"')}
             FROM "TicketSearch" f JOIN "Comment" c ON c."id" = f."sourceId" AND c."ticketId" = t."id" AND ${visibleComments(viewer)}
            WHERE ${found} AND f."field" = 'COMMENT' ORDER BY c."seq" DESC LIMIT 1)) p
     WHERE t."id" = ANY (${ids}::uuid[])
     ORDER BY p."place"`;
}

/** Those of these words that are looked for, in whatever form of theirs. */
async function wantedAmong(db: Database, words: readonly string[], any: string): Promise<ReadonlySet<string>> {
  if (words.length === 0) return new Set();
  const rows = await db.select<{ word: string }>(Prisma.sql`
    SELECT w."word" FROM "Settings" s CROSS JOIN unnest(${[...words]}::text[]) w ("word")
     CROSS JOIN LATERAL (SELECT "search_fold"("search_digits"(w."word")) AS "whole") h
     CROSS JOIN LATERAL (
       SELECT CASE WHEN char_length(h."whole") > 64 THEN left(h."whole", 64) || md5(h."whole") ELSE nullif(h."whole", '') END AS "folded") f
     WHERE f."folded" IS NOT NULL
       AND array_to_tsvector(ARRAY[f."folded", lower(normalize(w."word", nfc) collate "pg_c_utf8"), "search_stem"(
             "search_dictionary"(s."searchLanguage", octet_length(f."folded") = char_length(f."folded")), f."folded")]) @@ ${any}::tsquery`);
  return new Set(rows.map(({ word }) => word));
}
