import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { visibleComments } from '../comments/comments.queries.js';
import type { SearchWords } from './ticket-search.js';
import type { Ticket } from './ticket-select.js';
import type { SnippetDto, TextRangeDto } from './tickets.dto.js';
import type { Viewer } from './viewer.js';

/** A ticket of a list; with a search also where its words stand. */
export interface FoundTicket extends Ticket {
  readonly snippets?: readonly SnippetDto[];
}

interface SnippetRow {
  readonly ticketId: string;
  readonly field: SnippetDto['field'];
  readonly commentId: string | null;
  readonly text: string;
}

/** Around a word that was found; taken out of texts before. Unicode leaves these to private use. */
const [opening, closing] = ['\ue000', '\ue001'];
/** Of a text, in characters; and of a conversation, in comments, the newest: what lies beyond is found, but not shown. */
const readMost = { characters: 10_000, comments: 50 };
const shownMost = 500;

/** Where the words stand in these tickets, by the tickets' ids: at most once in each kind of text. */
export async function readSnippets(
  db: Pick<TenantDatabase, 'select'>,
  tickets: readonly Ticket[],
  { any }: SearchWords,
  viewer: Viewer,
): Promise<ReadonlyMap<string, SnippetDto[]>> {
  const found = new Map<string, SnippetDto[]>();
  if (tickets.length === 0 || any === null) return found;
  for (const row of await db.select<SnippetRow>(select(tickets, any, viewer))) {
    const { ticketId, field, commentId, text } = row;
    found.set(ticketId, [...(found.get(ticketId) ?? []), { field, commentId, ...parse(text) }]);
  }
  return found;
}

function select(tickets: readonly Ticket[], any: string, viewer: Viewer): Prisma.Sql {
  const ids = tickets.map(({ id }) => id);
  const readable = (column: string) =>
    Prisma.sql`translate(left(${Prisma.raw(column)}, ${readMost.characters}::int), ${opening + closing}, '')`;
  return Prisma.sql`
    with language as materialized (select s."searchLanguage"::regconfig as "of" from "Settings" s)
    select t."id"::text as "ticketId", p."field", p."commentId"::text as "commentId",
           ts_headline(l."of", p."text", ${any}::tsquery,
             'StartSel=' || ${opening} || ',StopSel=' || ${closing} || ',MaxWords=30,MinWords=12,HighlightAll=' || (p."field" = 'title')) as "text"
      from language l, "Ticket" t, lateral (
        select 1 as "place", 'title' as "field", null::uuid as "commentId", ${readable('t."title"')} as "text"
         union all select 2, 'description', null, ${readable('t."description"')}
         union all (
           select 3, 'comment', r."id", r."text" from (
             select c."id", c."seq", ${readable('c."body"')} as "text" from "Comment" c
              where c."ticketId" = t."id" and ${visibleComments(viewer)} order by c."seq" desc limit ${readMost.comments}::int) r
            where to_tsvector(l."of", r."text") @@ ${any}::tsquery order by r."seq" desc limit 1)) p
     where t."id" = any (${ids}::uuid[]) and (p."place" = 3 or to_tsvector(l."of", p."text") @@ ${any}::tsquery)
     order by p."place"`;
}

/** A text without its marks, and where they stood. */
function parse(marked: string): { text: string; matches: TextRangeDto[] } {
  const matches: TextRangeDto[] = [];
  let text = '';
  for (const part of marked.split(opening)) {
    const [word = '', rest] = part.split(closing);
    if (rest !== undefined) matches.push({ start: text.length, end: text.length + word.length });
    text += rest === undefined ? part : word + rest;
  }
  // A single word can be as long as a text.
  return { text: text.slice(0, shownMost), matches: matches.filter(({ end }) => end <= shownMost) };
}
