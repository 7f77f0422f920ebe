import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, type Viewer } from './viewer.js';

/** What somebody searches for, as texts of tsqueries in the helpdesk's language. */
export interface SearchWords {
  /** What a ticket's vector must match; a customer's matches no internal comment. */
  readonly query: string;
  /** The words of it that are not excluded; null when all are. */
  readonly wanted: string | null;
  /** Any of these; null when all are excluded. */
  readonly any: string | null;
  /** Whether tickets are left to be indexed in the helpdesk's language. */
  readonly stale: boolean;
}

/** What each of these texts means to this viewer, in their order: words, "phrases", or, -without, beginnings*. */
export function readWords(
  db: Pick<TenantDatabase, 'select'>,
  texts: readonly string[],
  viewer: Viewer,
): Promise<SearchWords[]> {
  return db.select<SearchWords>(Prisma.sql`
    select ${wordsFor(viewer)}::text as "query", "search_wanted"(s."query")::text as "wanted", "search_any"(s."query")::text as "any",
           (select l."searchLanguage" <> l."searchIndexedIn" from "Settings" l) as "stale"
      from (select "search_query"(u."text") as "query", u."place" from unnest(${[...texts]}::text[]) with ordinality u ("text", "place")) s
     order by s."place"`);
}

function wordsFor(viewer: Viewer): Prisma.Sql {
  return Prisma.raw(isStaff(viewer) ? 's."query"' : '"search_in_public"(s."query")');
}
