-- One row for each text that a search reads, in place of one vector for a whole conversation: what a write costs no longer
-- depends on what the ticket holds. Words are cut here, by the classes of their characters, and not by PostgreSQL's parser,
-- which asks LC_CTYPE what a letter is. The rows are made anew by the migration after this one.

DROP TRIGGER "Ticket_search_insert" ON "Ticket";
DROP TRIGGER "Ticket_search_update" ON "Ticket";
DROP TRIGGER "Comment_search_insert" ON "Comment";
DROP TRIGGER "Comment_search_change" ON "Comment";
DROP FUNCTION "search_ticket_changed"();
DROP FUNCTION "search_comment_added"();
DROP FUNCTION "search_comment_changed"();
DROP FUNCTION "search_rebuild"(uuid);
DROP FUNCTION "search_query"(text);
DROP FUNCTION "search_beginning"(regconfig, text);
DROP FUNCTION "search_lexeme"(text);
DROP FUNCTION "search_in_public"(tsquery);
DROP FUNCTION "search_any"(tsquery);
DROP FUNCTION "search_wanted"(tsquery);
DROP FUNCTION "search_vector"(text, text, "char");

CREATE TYPE "SearchField" AS ENUM ('TITLE', 'DESCRIPTION', 'REQUESTER', 'TAGS', 'COMMENT', 'FILE');

-- `sourceId` is the comment's or file's, else the ticket's; in a ticket that others were merged into, theirs. A long text has
-- several segments. `internal` ones are not for customers.
TRUNCATE "TicketSearch";
ALTER TABLE "TicketSearch"
  DROP CONSTRAINT "TicketSearch_pkey",
  ADD COLUMN "field" "SearchField" NOT NULL,
  ADD COLUMN "sourceId" UUID NOT NULL,
  ADD COLUMN "segment" SMALLINT NOT NULL,
  ADD COLUMN "internal" BOOLEAN NOT NULL,
  ADD CONSTRAINT "TicketSearch_pkey" PRIMARY KEY ("ticketId", "field", "sourceId", "segment");

-- Characters of scripts that put no spaces between words, or between a word and its particles: Thai, Lao, Burmese, Khmer,
-- Chinese, Japanese, Korean, and their neighbours. For a bracket expression.
CREATE FUNCTION "search_unspaced"() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u30ff'
      || '\u3105-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff'
      || '\U00016fe0-\U00018cff\U0001b000-\U0001b2ff\U00020000-\U0003ffff'
$$;

-- A word without its case, accents and invisible marks, in one spelling: `Müller` is muller. й is a letter of its own, and what
-- tells Japanese and Indic syllables apart is no accent.
CREATE FUNCTION "search_fold"(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(word) = char_length(word) THEN lower(word) ELSE
    regexp_replace(
      normalize(
        translate(replace(replace(replace(replace(
          regexp_replace(
            replace(lower(normalize(word, NFKD) COLLATE "pg_c_utf8"), U&'\0438\0306', U&'\0439'),
            '[\u02bb\u02bc\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]',
            '', 'g'),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'øłđðħŧıς', 'olddhtiσ'),
        NFKC) COLLATE "pg_c_utf8",
      '[[:space:][:punct:][:cntrl:]]', '', 'g') END
$$;

-- What stands for a word in the index: itself, unless it is longer than 64 characters, then its beginning and a hash; and where no
-- spaces divide words each two neighbouring characters and the last one alone, so that any of them find it.
CREATE FUNCTION "search_parts"(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH runs AS MATERIALIZED (
    SELECT r.found[1] AS unspaced, r.found[2] AS spaced, r.place
      FROM regexp_matches(word COLLATE "pg_c_utf8", '([' || "search_unspaced"() || ']+)|([^' || "search_unspaced"() || ']+)', 'g')
           WITH ORDINALITY r (found, place)
  )
  SELECT array_agg(p.part ORDER BY p.run, p.place)
    FROM (SELECT r.place AS run, c.place, c.letter || coalesce(lead(c.letter) OVER (PARTITION BY r.place ORDER BY c.place), '') AS part
            FROM runs r CROSS JOIN LATERAL string_to_table(r.unspaced, NULL) WITH ORDINALITY c (letter, place)
           UNION ALL
          SELECT r.place, 1, CASE WHEN char_length(r.spaced) > 64 THEN left(r.spaced, 64) || md5(r.spaced) ELSE r.spaced END
            FROM runs r WHERE r.spaced IS NOT NULL) p
$$;

-- The words of a text in their order. `word` is folded, `plain` in lower case as it stands, null where it is in parts;
-- those of one `run` have no space
-- between them; `gap` follows the last part of a word, and is null within one.
CREATE FUNCTION "search_words"(content text) RETURNS TABLE ("place" int, "word" text, "plain" text, "run" int, "gap" text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 30 AS $$
BEGIN
  RETURN QUERY
  WITH cut AS (
    SELECT c.place, c.found[1] AS raw, c.found[2] AS gap
      FROM regexp_matches(
             -- Letters, digits and marks, then what is between words. Soft hyphens, joiners and marks of direction are in neither.
             translate(lower(content COLLATE "pg_c_utf8"), U&'\00ad\061c\200c\200d\200e\200f\202a\202b\202c\202d\202e\2060\2061\2062\2063\2064\2066\2067\2068\2069\feff', ''),
             '([^[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]+)([[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]*)', 'g')
           WITH ORDINALITY c (found, place)
  ), folded AS (
    SELECT c.place, c.raw, c.gap, "search_fold"(c.raw) AS word,
           coalesce(sum(CASE WHEN c.gap = ' ' OR c.gap ~ '[[:space:]\u200b]' OR char_length(c.gap) > 3 THEN 1 ELSE 0 END)
             OVER (ORDER BY c.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::int AS run
      FROM cut c
  ), parted AS MATERIALIZED ( -- Else the parts would be made anew for each of them.
    SELECT f.*, CASE WHEN char_length(f.word) > 64
                       OR (octet_length(f.word) > char_length(f.word) AND f.word ~ ('[' || "search_unspaced"() || ']'))
                     THEN "search_parts"(f.word) END AS parts
      FROM folded f WHERE f.word <> ''
  ), each AS (
    SELECT s.place, s.gap, s.run, CASE WHEN s.parts IS NULL THEN s.raw END AS plain, unnest(coalesce(s.parts, ARRAY[s.word])) AS word
      FROM parted s
  )
  SELECT (row_number() OVER parts)::int, p.word, p.plain, p.run,
         CASE WHEN lead(p.place) OVER parts IS DISTINCT FROM p.place THEN p.gap END
    FROM each p WINDOW parts AS (ORDER BY p.place);
END
$$;

-- The dictionary that takes the forms of a language's words for one; Latin letters within Russian or Hindi are English.
CREATE FUNCTION "search_dictionary"(language text, ascii boolean) RETURNS regdictionary LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN language = 'simple' THEN 'simple' WHEN ascii AND language IN ('russian', 'hindi') THEN 'english_stem'
              ELSE language || '_stem' END::regdictionary
$$;

CREATE FUNCTION "search_stem"(dictionary regdictionary, word text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce((ts_lexize(dictionary, word))[1], word)
$$;

-- A word as a lexeme of a tsvector or tsquery.
CREATE FUNCTION "search_lexeme"(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$;

-- The email addresses in a text, in lower case.
CREATE FUNCTION "search_addresses"(content text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT left(a.address, 254)
    FROM (SELECT ltrim(m.found[1], '.-+''') || '@' || rtrim(m.found[2], '.-') AS address
            FROM regexp_matches(lower(normalize(content, NFC) COLLATE "pg_c_utf8"),
                   '([^[:space:][:cntrl:]()<>\[\]@,;:"/\\=|]{1,64})@([^[:space:][:punct:][:cntrl:]][^[:space:][:cntrl:]()<>\[\]@,;:"/\\=|?!&''#*]*)', 'g') m (found)) a
   WHERE a.address NOT LIKE '@%'
$$;

-- How somebody may call the number of these digits, which the country's comes before when it is `international`: with and without
-- that, and the 0 (1 in North America, 8 in Russia) that stands in its place within the country.
CREATE FUNCTION "search_number"(digits text, international boolean) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN digits LIKE '00%' AND NOT international AND length(digits) > 9 THEN "search_number"(substr(digits, 3), true)
    WHEN international AND digits NOT LIKE '0%' THEN (
      SELECT ARRAY[substr(digits, 1, c.length) || n.national, n.national]
        FROM (SELECT CASE WHEN digits ~ '^[17]' THEN 1
                          WHEN digits ~ '^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN 2 ELSE 3 END AS length) c,
             LATERAL (SELECT regexp_replace(substr(digits, c.length + 1), '^0', '') AS national) n)
    WHEN digits LIKE '0%' OR digits ~ '^[178][0-9]{10}$' THEN ARRAY[digits, substr(digits, 2)]
    ELSE ARRAY[digits] END
$$;

-- The phone numbers that a text may hold, 7 to 15 digits however they are divided, in all the ways to call them.
CREATE FUNCTION "search_numbers"(content text) RETURNS SETOF text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  held text[];
  marks text[];
  groups text[];
  digits text;
BEGIN
  FOR held IN SELECT regexp_matches(content COLLATE "pg_c_utf8", '[+(]{0,2}[0-9][0-9 ()./\u00a0\u202f\u2010-\u2015-]{4,}[0-9]', 'g') LOOP
    SELECT array_agg(m.found[1] ORDER BY m.place), array_agg(m.found[2] ORDER BY m.place) INTO marks, groups
      FROM regexp_matches(held[1], '([^0-9]*)([0-9]+)', 'g') WITH ORDINALITY m (found, place);
    FOR beginning IN 1..cardinality(groups) LOOP
      -- A number begins with the text, with + or (, or with 0: in a table of figures most groups begin none.
      CONTINUE WHEN beginning > 1 AND coalesce(marks[beginning] !~ '[+(]', true) AND groups[beginning] NOT LIKE '0%';
      digits := '';
      FOR ending IN beginning..least(beginning + 7, cardinality(groups)) LOOP
        digits := digits || groups[ending];
        EXIT WHEN length(digits) > 18;
        IF length(digits) >= 7 THEN RETURN QUERY SELECT unnest("search_number"(digits, marks[beginning] LIKE '%+%')); END IF;
      END LOOP;
    END LOOP;
  END LOOP;
END
$$;

-- What stands between two spaces, 2 to 8 words divided by other characters, without these: inv2024000123 of `INV-2024-000123`.
CREATE FUNCTION "search_joined"(content text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH cut AS MATERIALIZED (
    SELECT DISTINCT m.found[1] AS run
      FROM regexp_matches(lower(content COLLATE "pg_c_utf8"),
             '[^[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]+(?:[[:punct:]\ue000-\uf8ff]{1,3}[^[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]+)+', 'g') m (found)
  ), words AS MATERIALIZED (
    SELECT r.run, regexp_split_to_array(r.run COLLATE "pg_c_utf8", '[[:punct:]\ue000-\uf8ff]+') AS parts
      FROM cut r WHERE char_length(r.run) <= 92 AND r.run !~ ('[' || "search_unspaced"() || ']')
  )
  SELECT j.word FROM (SELECT "search_fold"(array_to_string(w.parts, '')) AS word FROM words w WHERE cardinality(w.parts) <= 8) j
   WHERE char_length(j.word) BETWEEN 1 AND 64
$$;

-- A text as searches read it, in segments of 2,000 words, of which each holds the next one's first 16 too, so that phrases are found
-- across. Words stand as they are and by their stems. What is looked for as a whole has no place among them: what stands without a
-- space between, joined (`INV-2024-000123`), numbers, addresses, and the `names` of a ticket, lexemes that no text holds.
CREATE FUNCTION "search_vectors"(language text, content text, names text) RETURNS TABLE ("segment" smallint, "vector" tsvector)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
  ascii boolean := octet_length(content) = char_length(content);
  ascii_forms regdictionary := "search_dictionary"(language, true);
  other_forms regdictionary := "search_dictionary"(language, false);
  whole text := names;
  words text[];
BEGIN
  IF content ~ '[^[:space:]][[:punct:]][^[:space:]]' THEN
    whole := concat_ws(' ', whole, (
      SELECT string_agg('''' || j.word || ''' ''' || "search_stem"(CASE WHEN ascii THEN ascii_forms ELSE other_forms END, j.word) || '''', ' ')
        FROM "search_joined"(content) j (word)));
  END IF;
  IF position('@' IN content) > 0 THEN
    whole := concat_ws(' ', whole, (SELECT string_agg("search_lexeme"(a), ' ') FROM "search_addresses"(content) a));
  END IF;
  IF content ~ '[0-9]{2}.*[0-9]{2}' THEN
    whole := concat_ws(' ', whole, (SELECT string_agg(DISTINCT '''' || n || '''', ' ') FROM "search_numbers"(content) n));
  END IF;
  IF ascii THEN -- As search_words, but faster.
    words := array_remove(string_to_array(regexp_replace(lower(content) COLLATE "C", '[^a-z0-9]+', ' ', 'g'), ' '), '');
    IF content ~ '[a-zA-Z0-9]{65}' THEN
      words := ARRAY(SELECT CASE WHEN char_length(w) > 64 THEN left(w, 64) || md5(w) ELSE w END FROM unnest(words) WITH ORDINALITY u (w, n) ORDER BY n);
    END IF;
  ELSE
    words := ARRAY(SELECT w."word" FROM "search_words"(content) w ORDER BY w."place");
  END IF;
  IF cardinality(words) = 0 AND whole = '' THEN RETURN; END IF;
  FOR at IN 0..greatest(cardinality(words) - 1, 0) / 2000 LOOP
    "segment" := at;
    "vector" := concat_ws(' ', CASE at WHEN 0 THEN whole END, (
      SELECT string_agg(CASE WHEN l.stem <> l.word THEN '''' || l.stem || ''':' || l.place || ' ' ELSE '' END || '''' || l.word || ''':' || l.place, ' ')
        FROM (SELECT w.word, w.place,
                     "search_stem"(CASE WHEN octet_length(w.word) = char_length(w.word) THEN ascii_forms ELSE other_forms END, w.word) AS stem
                FROM unnest(words[at * 2000 + 1 : at * 2000 + 2016]) WITH ORDINALITY w (word, place)) l))::tsvector;
    RETURN NEXT;
  END LOOP;
END
$$;

-- What stands for a word or phrase that somebody looks for: `query` finds it within one text, `words` finds any of its words, and
-- `dropped` are words that the language counts as noise. All are null for a text without words. A star after a word means its
-- beginning. Of a long phrase the first 64 words are looked for.
CREATE FUNCTION "search_term"(language text, content text, OUT "query" text, OUT "words" text, OUT "dropped" boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  ascii_forms regdictionary := "search_dictionary"(language, true);
  other_forms regdictionary := "search_dictionary"(language, false);
  begun boolean := content ~ '\*+$';
  address text;
  whole text;
BEGIN
  SELECT a INTO address FROM "search_addresses"(content) a WHERE lower(normalize(content, NFC) COLLATE "pg_c_utf8") IN (a, a || '*', 'mailto:' || a);
  IF address IS NOT NULL THEN
    -- Nobody else's address ends so or begins so.
    "query" := "search_lexeme"(address) || CASE WHEN begun THEN ':*' ELSE '' END;
    "words" := "query";
    "dropped" := false;
    RETURN;
  END IF;
  WITH words AS MATERIALIZED (
    SELECT w.*, w.plain IS NULL AND char_length(w.word) = 1 AND w.word COLLATE "pg_c_utf8" ~ ('[' || "search_unspaced"() || ']') AS tail,
           coalesce(lag(w.run) OVER (ORDER BY w.place) = w.run, false) AS following
      FROM "search_words"(content) w ORDER BY w.place LIMIT 64
  ), wanted AS (
    SELECT w.place, w.word, w.plain, w.run,
           coalesce(w.gap ~ '^\*+([[:space:]]|$)', false) AND (char_length(w.word) > 1 OR w.following) AS begun,
           w.tail,
           coalesce(ts_lexize(other_forms, w.plain) = '{}' OR ts_lexize(ascii_forms, w.word) = '{}', false) AS noise,
           CASE WHEN octet_length(w.word) = char_length(w.word) THEN "search_stem"(ascii_forms, w.word)
                WHEN w.plain IS NULL THEN w.word ELSE "search_stem"(other_forms, w.word) END AS stem
      FROM words w
     -- The last character alone of a run is in the index for those who look for it alone. A scheme may be left out of a text.
     WHERE NOT (w.tail AND EXISTS (SELECT FROM words b WHERE b.place = w.place - 1 AND b.run = w.run AND b.plain IS NULL AND right(b.word, 1) = w.word))
       AND NOT (w.word IN ('http', 'https') AND w.gap = '://')
  ), atoms AS (
    SELECT w.place, w.word, w.plain, w.run, w.begun, w.noise AND NOT w.begun AS noise, CASE WHEN w.begun OR w.tail THEN '''' || left(w.word, 64) || ''':*' ELSE '''' || w.stem || '''' END AS atom,
           w.place - lag(w.place) OVER (ORDER BY w.place) AS distance
      FROM wanted w
  ), one AS (
    SELECT string_agg(a.word, '' ORDER BY a.place) AS word, bool_or(a.begun) AS begun FROM atoms a
    HAVING count(*) BETWEEN 2 AND 8 AND count(DISTINCT a.run) = 1 AND sum(char_length(a.word)) <= 64 AND count(a.plain) = count(*)
  )
  SELECT string_agg(CASE WHEN a.distance IS NULL THEN '' WHEN a.distance = 1 THEN ' <-> ' ELSE ' <' || a.distance || '> ' END || a.atom, '' ORDER BY a.place),
         coalesce(string_agg(a.atom, ' | ' ORDER BY a.place) FILTER (WHERE NOT a.noise), string_agg(a.atom, ' | ' ORDER BY a.place)),
         bool_and(a.noise),
         (SELECT CASE WHEN o.begun THEN '''' || o.word || ''':*' ELSE '''' || o.word || ''' | ''' || "search_stem"(ascii_forms, o.word) || '''' END FROM one o)
    INTO "query", "words", "dropped", whole
    FROM atoms a;
  IF content ~ '^[+(]{0,2}[0-9][0-9 ()./\u00a0\u202f\u2010-\u2015-]*[0-9]$' AND length(regexp_replace(content, '[^0-9]', '', 'g')) BETWEEN 7 AND 18 THEN
    whole := concat_ws(' | ', whole, (SELECT string_agg('''' || n || '''', ' | ')
      FROM unnest("search_number"(regexp_replace(content, '[^0-9]', '', 'g'), content LIKE '%+%')) n));
  END IF;
  IF whole IS NOT NULL THEN
    "query" := concat_ws(' | ', '(' || "query" || ')', whole);
    "words" := concat_ws(' | ', "words", whole);
  END IF;
END
$$;

-- Where a ticket's texts are found: in itself, and, for the staff alone, in those that its conversation went on in by merges.
CREATE FUNCTION "search_homes"(ticket uuid) RETURNS TABLE ("home" uuid, "merged" boolean) LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
  "home" := ticket;
  "merged" := false;
  WHILE "home" IS NOT NULL LOOP
    RETURN NEXT;
    "home" := (SELECT t."mergedIntoId" FROM "Ticket" t WHERE t."id" = "home");
    "merged" := true;
  END LOOP;
END
$$;

-- Indexes one text of a ticket anew.
CREATE FUNCTION "search_put"(ticket uuid, part "SearchField", source uuid, hidden boolean, content text, names text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chosen text := (SELECT s."searchLanguage" FROM "Settings" s);
  segments int;
BEGIN
  INSERT INTO "TicketSearch" ("ticketId", "field", "sourceId", "segment", "internal", "language", "vector")
  SELECT ticket, part, source, v."segment", hidden, chosen, v."vector" FROM "search_vectors"(chosen, content, names) v
  ON CONFLICT ("ticketId", "field", "sourceId", "segment")
    DO UPDATE SET "internal" = excluded."internal", "language" = excluded."language", "vector" = excluded."vector";
  GET DIAGNOSTICS segments = ROW_COUNT;
  DELETE FROM "TicketSearch" f USING "search_homes"(ticket) h
   WHERE f."ticketId" = h."home" AND f."field" = part AND f."sourceId" = source AND f."segment" >= segments;
  PERFORM "search_share"(ticket, part, source);
END
$$;

-- What is found in a merged ticket is found, by the staff, in those that its conversation went on in.
CREATE FUNCTION "search_share"(ticket uuid, part "SearchField" DEFAULT NULL, source uuid DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT t."mergedIntoId" FROM "Ticket" t WHERE t."id" = ticket) IS NULL THEN RETURN; END IF;
  INSERT INTO "TicketSearch" ("ticketId", "field", "sourceId", "segment", "internal", "language", "vector")
  SELECT h."home", f."field", f."sourceId", f."segment", true, f."language", f."vector"
    FROM "search_homes"(ticket) h CROSS JOIN "TicketSearch" f
   WHERE f."ticketId" = ticket AND h."home" <> ticket AND (part IS NULL OR (f."field" = part AND f."sourceId" = source))
  ON CONFLICT ("ticketId", "field", "sourceId", "segment") DO UPDATE SET "language" = excluded."language", "vector" = excluded."vector";
END
$$;

CREATE FUNCTION "search_forget"(ticket uuid, part "SearchField", source uuid) RETURNS void LANGUAGE sql AS $$
  DELETE FROM "TicketSearch" f USING "search_homes"(ticket) h
   WHERE f."ticketId" = h."home" AND f."field" = part AND f."sourceId" = source
$$;

CREATE FUNCTION "search_put_requester"(ticket uuid, author uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  person record;
BEGIN
  -- Whoever renames this person waits, or has done it. The staff's addresses are not for customers.
  SELECT u."name" || ' ' || u."email" AS "called", u."role" <> 'CUSTOMER' AS "staff" INTO person FROM "User" u WHERE u."id" = author FOR SHARE;
  PERFORM "search_put"(ticket, 'REQUESTER', ticket, person."staff", person."called");
END
$$;

CREATE FUNCTION "search_put_comment"(ticket uuid, comment uuid, hidden boolean, content text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "search_put"(ticket, 'COMMENT', comment, hidden, content);
  PERFORM "search_put"(ticket, 'FILE', a."id", hidden, a."fileName")
     FROM "Attachment" a WHERE a."commentId" = comment AND a."storedAt" IS NOT NULL AND a."removedAt" IS NULL;
END
$$;

-- Indexes all that a ticket holds. A plan that a session makes while the tables are empty, and keeps, must not read them whole when
-- they no longer are: so this and the triggers below look rows up by their indexes whatever PostgreSQL expects.
CREATE FUNCTION "search_rebuild"(ticket uuid) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  held "Ticket" := (SELECT t FROM "Ticket" t WHERE t."id" = ticket);
BEGIN
  PERFORM "search_put"(ticket, 'TITLE', ticket, false, held."title", '''#' || held."number" || '''');
  PERFORM "search_put"(ticket, 'DESCRIPTION', ticket, false, held."description");
  PERFORM "search_put"(ticket, 'TAGS', ticket, true, array_to_string(held."tags", ' '));
  PERFORM "search_put_requester"(ticket, held."authorId");
  PERFORM "search_put_comment"(ticket, c."id", c."visibility" <> 'PUBLIC', c."body") FROM "Comment" c WHERE c."ticketId" = ticket;
END
$$;

CREATE FUNCTION "search_ticket_written"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  made boolean := TG_OP = 'INSERT';
BEGIN
  IF made OR OLD."title" <> NEW."title" THEN
    PERFORM "search_put"(NEW."id", 'TITLE', NEW."id", false, NEW."title", '''#' || NEW."number" || '''');
  END IF;
  IF made OR OLD."description" <> NEW."description" THEN
    PERFORM "search_put"(NEW."id", 'DESCRIPTION', NEW."id", false, NEW."description");
  END IF;
  IF (made AND NEW."tags" <> '{}') OR OLD."tags" <> NEW."tags" THEN
    PERFORM "search_put"(NEW."id", 'TAGS', NEW."id", true, array_to_string(NEW."tags", ' '));
  END IF;
  IF made OR OLD."authorId" <> NEW."authorId" THEN
    PERFORM "search_put_requester"(NEW."id", NEW."authorId");
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION "search_ticket_merged"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  PERFORM "search_share"(NEW."id");
  RETURN NULL;
END
$$;

CREATE FUNCTION "search_comment_written"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD."ticketId" <> NEW."ticketId" THEN
    PERFORM "search_forget"(OLD."ticketId", 'COMMENT', OLD."id");
    PERFORM "search_forget"(OLD."ticketId", 'FILE', a."id") FROM "Attachment" a WHERE a."commentId" = OLD."id";
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM "search_put"(NEW."ticketId", 'COMMENT', NEW."id", NEW."visibility" <> 'PUBLIC', NEW."body");
  ELSIF TG_OP = 'UPDATE' THEN
    PERFORM "search_put_comment"(NEW."ticketId", NEW."id", NEW."visibility" <> 'PUBLIC', NEW."body");
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION "search_file_written"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM "search_forget"(c."ticketId", 'FILE', OLD."id") FROM "Comment" c WHERE c."id" = OLD."commentId";
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM "search_put"(c."ticketId", 'FILE', NEW."id", c."visibility" <> 'PUBLIC', NEW."fileName")
       FROM "Comment" c WHERE c."id" = NEW."commentId" AND NEW."storedAt" IS NOT NULL AND NEW."removedAt" IS NULL;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION "search_user_renamed"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  PERFORM "search_put"(t."id", 'REQUESTER', t."id", NEW."role" <> 'CUSTOMER', NEW."name" || ' ' || NEW."email")
     FROM (SELECT "id" FROM "Ticket" WHERE "authorId" = NEW."id" ORDER BY "id") t;
  RETURN NULL;
END
$$;

CREATE TRIGGER "Ticket_search_insert" AFTER INSERT ON "Ticket" FOR EACH ROW EXECUTE FUNCTION "search_ticket_written"();
CREATE TRIGGER "Ticket_search_update" AFTER UPDATE OF "title", "description", "tags", "authorId" ON "Ticket" FOR EACH ROW
  WHEN ((OLD."title", OLD."description", OLD."tags", OLD."authorId") IS DISTINCT FROM (NEW."title", NEW."description", NEW."tags", NEW."authorId"))
  EXECUTE FUNCTION "search_ticket_written"();
CREATE TRIGGER "Ticket_search_merge" AFTER UPDATE OF "mergedIntoId" ON "Ticket" FOR EACH ROW
  WHEN (OLD."mergedIntoId" IS DISTINCT FROM NEW."mergedIntoId") EXECUTE FUNCTION "search_ticket_merged"();
CREATE TRIGGER "Comment_search_insert" AFTER INSERT OR DELETE ON "Comment" FOR EACH ROW EXECUTE FUNCTION "search_comment_written"();
CREATE TRIGGER "Comment_search_change" AFTER UPDATE OF "body", "visibility", "ticketId" ON "Comment" FOR EACH ROW
  WHEN ((OLD."body", OLD."visibility", OLD."ticketId") IS DISTINCT FROM (NEW."body", NEW."visibility", NEW."ticketId"))
  EXECUTE FUNCTION "search_comment_written"();
CREATE TRIGGER "Attachment_search_insert" AFTER INSERT OR DELETE ON "Attachment" FOR EACH ROW EXECUTE FUNCTION "search_file_written"();
CREATE TRIGGER "Attachment_search_change" AFTER UPDATE OF "commentId", "fileName", "storedAt", "removedAt" ON "Attachment" FOR EACH ROW
  WHEN ((OLD."commentId", OLD."fileName", OLD."storedAt", OLD."removedAt") IS DISTINCT FROM (NEW."commentId", NEW."fileName", NEW."storedAt", NEW."removedAt"))
  EXECUTE FUNCTION "search_file_written"();
CREATE TRIGGER "User_search_change" AFTER UPDATE OF "name", "email", "role" ON "User" FOR EACH ROW
  WHEN ((OLD."name", OLD."email", OLD."role") IS DISTINCT FROM (NEW."name", NEW."email", NEW."role"))
  EXECUTE FUNCTION "search_user_renamed"();
