import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { visibleComments } from '../ticket-core/viewer.js';
import { searchable, type SearchWords } from './ticket-search.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import type { SnippetDto } from './found-ticket.dto.js';
import type { Viewer } from '../ticket-core/viewer.js';
import { excerpt, WordMarks } from './word-marks.js';

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
  const words = await wantedAmong(db, [...new Set(candidates.flat().map(({ word }) => word))], any);
  for (const [place, { ticketId, field, commentId, text }] of texts.entries()) {
    const held = candidates[place]?.filter(({ word }) => words.has(word)) ?? [];
    const shown = excerpt(text, [...marks.certain(text), ...held], field === 'title');
    if (shown.matches.length > 0) found.set(ticketId, [...(found.get(ticketId) ?? []), { field, commentId, ...shown }]);
  }
  return found;
}

function textsOf(tickets: readonly Ticket[], any: string, viewer: Viewer): Prisma.Sql {
  const ids = tickets.map(({ id }) => id);
  const begun = (column: string) => Prisma.sql`left(${Prisma.raw(column)}, ${readMost}::int)`;
  const found = Prisma.sql`f."ticketId" = t."id" and f."vector" @@ ${any}::tsquery and ${searchable(viewer)}`;
  const own = (field: string) => Prisma.sql`exists (
    select from "TicketSearch" f where ${found} and f."field" = ${Prisma.raw(`'${field}'`)} and f."sourceId" = t."id")`;
  return Prisma.sql`
    select t."id"::text as "ticketId", p."field", p."commentId"::text as "commentId", p."text"
      from "Ticket" t cross join lateral (
        select 1 as "place", 'title' as "field", null::uuid as "commentId", t."title" as "text" where ${own('TITLE')}
         union all select 2, 'description', null, ${begun('t."description"')} where ${own('DESCRIPTION')}
         union all (
           select 3, 'comment', c."id", ${begun('c."body"')}
             from "TicketSearch" f join "Comment" c on c."id" = f."sourceId" and c."ticketId" = t."id" and ${visibleComments(viewer)}
            where ${found} and f."field" = 'COMMENT' order by c."seq" desc limit 1)) p
     where t."id" = any (${ids}::uuid[])
     order by p."place"`;
}

/** Those of these words that are looked for, in whatever form of theirs. */
async function wantedAmong(db: Database, words: readonly string[], any: string): Promise<ReadonlySet<string>> {
  if (words.length === 0) return new Set();
  const rows = await db.select<{ word: string }>(Prisma.sql`
    select w."word" from "Settings" s cross join unnest(${[...words]}::text[]) w ("word")
     cross join lateral (select "search_fold"("search_digits"(w."word")) as "whole") h
     cross join lateral (
       select case when char_length(h."whole") > 64 then left(h."whole", 64) || md5(h."whole") else nullif(h."whole", '') end as "folded") f
     where f."folded" is not null
       and array_to_tsvector(array[f."folded", lower(normalize(w."word", nfc) collate "pg_c_utf8"), "search_stem"(
             "search_dictionary"(s."searchLanguage", octet_length(f."folded") = char_length(f."folded")), f."folded")]) @@ ${any}::tsquery`);
  return new Set(rows.map(({ word }) => word));
}
