-- What a helpdesk has chosen for itself. `searchIndexedIn` is the language that every ticket was last indexed in.
CREATE TABLE "Settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "searchLanguage" TEXT NOT NULL DEFAULT 'english',
    "searchIndexedIn" TEXT NOT NULL DEFAULT 'english',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Settings_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Settings" ADD CONSTRAINT "Settings_one_row" CHECK ("id" = 1);
INSERT INTO "Settings" DEFAULT VALUES;

-- One vector in place of two. Weights tell its parts: A title, B description, C public comments, D internal ones.
-- The rows are made anew, below.
TRUNCATE "TicketSearch";
ALTER TABLE "TicketSearch"
  DROP COLUMN "visible", DROP COLUMN "everything",
  ADD COLUMN "language" TEXT NOT NULL, ADD COLUMN "vector" tsvector NOT NULL;
-- Within the row as long as it fits a page: searches that look at a thousand rows read a thousand pages rather than ten thousand.
ALTER TABLE "TicketSearch" ALTER COLUMN "vector" SET STORAGE EXTERNAL;
ALTER TABLE "TicketSearch" SET (toast_tuple_target = 8160);
-- How common 5,000 words are, in place of 1,000: by that a search goes along the index of words, or the newest tickets.
ALTER TABLE "TicketSearch" ALTER COLUMN "vector" SET STATISTICS 500;

DROP FUNCTION "search_query"(text);
DROP FUNCTION "search_vector"(text, "char");

-- A text past tsvector's limit of 1 MiB is indexed by its beginning.
CREATE FUNCTION "search_vector"(language text, content text, weight "char") RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN setweight(to_tsvector(language::regconfig, content), weight);
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN setweight(to_tsvector(language::regconfig, left(content, 100000)), weight);
END
$$;

-- A word as a lexeme of a tsquery, or its beginning.
CREATE FUNCTION "search_lexeme"(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '''' || replace(replace(lower(word), '\', '\\'), '''', '''''') || ''''
$$;

-- Words that begin so. Emails, host names and versions are one word, so the whole beginning is looked for as it stands; what
-- PostgreSQL takes apart otherwise (ord-2024) follow each other, the last part begun; and what is whole already has its stem.
CREATE FUNCTION "search_beginning"(language regconfig, beginning text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '( ' || concat_ws(' | ', "search_lexeme"(beginning) || ':*',
                           CASE WHEN p.parts NOT IN ('', "search_lexeme"(beginning)) THEN p.parts || ':*' END,
                           CASE numnode(p.word) WHEN 1 THEN p.word::text END) || ' )'
    FROM (SELECT phraseto_tsquery('pg_catalog.simple', beginning)::text AS parts, phraseto_tsquery(language, beginning) AS word) p
$$;

-- Words, "phrases", or, -without, and beginnings* of two characters or more: as people type them, in the helpdesk's language.
-- websearch_to_tsquery knows no beginnings: a word stands for each of them meanwhile.
CREATE FUNCTION "search_query"(query text) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
DECLARE
  language regconfig := (SELECT "searchLanguage" FROM "Settings")::regconfig;
  rest text := query;
  beginnings text[] := '{}';
  found text;
  part text[];
BEGIN
  LOOP
    part := regexp_match(rest, '^(.*?)([^\s"*-][^\s"*]{1,99})\*+(?=[\s"]|$)(.*)$');
    EXIT WHEN part IS NULL;
    beginnings := beginnings || part[2];
    rest := part[1] || 'zq7x' || cardinality(beginnings) || 'z' || part[3];
  END LOOP;
  found := websearch_to_tsquery(language, rest)::text;
  FOR place IN 1..cardinality(beginnings) LOOP
    found := replace(found, '''zq7x' || place || 'z''', "search_beginning"(language, beginnings[place]));
  END LOOP;
  RETURN found::tsquery;
END
$$;

-- The same query over all but internal comments.
CREATE FUNCTION "search_in_public"(query tsquery) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(query::text, '(''(?:[^'']|'''')+'')(?::(\*))?', '\1:\2ABC', 'g')::tsquery
$$;

-- The words that are wanted, any of them, to rank and to highlight by: none when all are excluded.
CREATE FUNCTION "search_wanted"(query tsquery) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT nullif(querytree(query), 'T')::tsquery
$$;

CREATE FUNCTION "search_any"(query tsquery) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace("search_wanted"(query)::text, ' (&|<->|<\d+>) ', ' | ', 'g')::tsquery
$$;

-- Positions end at 16,383, where a second weight of the same word is lost: what is public comes first.
CREATE OR REPLACE FUNCTION "search_rebuild"(ticket uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  language text := (SELECT "searchLanguage" FROM "Settings");
  part record;
  vector tsvector;
BEGIN
  SELECT "search_vector"(language, t."title", 'A') || "search_vector"(language, t."description", 'B') INTO vector
    FROM "Ticket" t WHERE t."id" = ticket;
  IF NOT FOUND THEN RETURN; END IF;
  BEGIN
    FOR part IN
      SELECT "search_vector"(language, c."body", CASE c."visibility" WHEN 'PUBLIC' THEN 'C' ELSE 'D' END::"char") AS words
        FROM "Comment" c WHERE c."ticketId" = ticket ORDER BY c."visibility" <> 'PUBLIC', c."seq"
    LOOP
      vector := vector || part.words;
    END LOOP;
  EXCEPTION WHEN program_limit_exceeded THEN
    NULL; -- The oldest megabyte of a conversation stays searchable.
  END;
  INSERT INTO "TicketSearch" AS f ("ticketId", "language", "vector") VALUES (ticket, language, vector)
  ON CONFLICT ("ticketId") DO UPDATE SET "language" = excluded."language", "vector" = excluded."vector";
END
$$;

CREATE OR REPLACE FUNCTION "search_ticket_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "TicketSearch" ("ticketId", "language", "vector")
    SELECT NEW."id", s."searchLanguage",
           "search_vector"(s."searchLanguage", NEW."title", 'A') || "search_vector"(s."searchLanguage", NEW."description", 'B')
      FROM "Settings" s;
  ELSE
    PERFORM "search_rebuild"(NEW."id");
  END IF;
  RETURN NULL;
END
$$;

-- A new comment is appended in the language of the rest: rebuilding would read the whole conversation again for each reply.
-- Only one that could be near the last position is rebuilt.
CREATE OR REPLACE FUNCTION "search_comment_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT pg_column_size("vector") + octet_length(NEW."body") > 60000 FROM "TicketSearch" WHERE "ticketId" = NEW."ticketId") THEN
    PERFORM "search_rebuild"(NEW."ticketId");
    RETURN NULL;
  END IF;
  UPDATE "TicketSearch"
     SET "vector" = "vector" || "search_vector"("language", NEW."body", CASE NEW."visibility" WHEN 'PUBLIC' THEN 'C' ELSE 'D' END::"char")
   WHERE "ticketId" = NEW."ticketId";
  RETURN NULL;
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN NULL;
END
$$;

SELECT count("search_rebuild"("id")::text) FROM "Ticket";
CREATE INDEX "TicketSearch_vector_idx" ON "TicketSearch" USING GIN ("vector");
