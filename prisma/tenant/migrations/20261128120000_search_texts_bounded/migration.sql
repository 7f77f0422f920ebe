-- What a text adds to the index is bounded, whatever it holds: a long text of short figures made so many ways to call a number that
-- PostgreSQL refused the vector, and with it the ticket. Stands before the migration that indexes tickets, which such a text must
-- not end; where that has run, the one that indexes them again follows.
--
-- A vector holds at most 1,048,575 bytes, repeated words counted each time. A segment has 1,516 words of at most 64 characters (256
-- bytes), each twice, or longer ones of 288 bytes once, and 150 kB of what stands for several words: 930 kB.

-- By which rules a text was indexed: those before this migration, or these.
ALTER TABLE "TicketSearch" ADD COLUMN "rules" SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE "TicketSearch" ALTER COLUMN "rules" SET DEFAULT 2;

-- The digits of other scripts as Latin ones.
CREATE FUNCTION "search_digits"(content text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  zeros text := U&'\0660\06f0\07c0\0966\09e6\0a66\0ae6\0b66\0be6\0c66\0ce6\0d66\0de6\0e50\0ed0\0f20\1040\1090\17e0\1810\19d0\1a80\1a90\1b50\1bb0\1c40\1c50\a620\a8d0\a900\a9d0\a9f0\aa50\abf0\ff10';
  zero int;
BEGIN
  IF octet_length(content) = char_length(content) OR translate(content, '0123456789', '') COLLATE "pg_unicode_fast" !~ '\d' THEN RETURN content; END IF;
  FOR zero IN SELECT ascii(z) FROM string_to_table(zeros, NULL) z LOOP
    CONTINUE WHEN content !~ ('[' || chr(zero) || '-' || chr(zero + 9) || ']');
    content := translate(content, (SELECT string_agg(chr(zero + n), '' ORDER BY n) FROM generate_series(0, 9) n), '0123456789');
  END LOOP;
  RETURN content;
END
$$;

-- A word that is cut short has no other forms.
CREATE OR REPLACE FUNCTION "search_stem"(dictionary regdictionary, word text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN char_length(word) > 64 THEN word ELSE coalesce((ts_lexize(dictionary, word))[1], word) END
$$;

CREATE OR REPLACE FUNCTION "search_number"(digits text, international boolean) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  country int;
  rest text;
BEGIN
  IF NOT international AND digits LIKE '00%' AND length(digits) > 9 THEN
    digits := substr(digits, 3);
    international := true;
  END IF;
  IF international AND digits NOT LIKE '0%' THEN
    country := CASE WHEN digits ~ '^[17]' THEN 1
                    WHEN digits ~ '^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN 2 ELSE 3 END;
    rest := substr(digits, country + 1);
    IF rest LIKE '0%' THEN rest := substr(rest, 2); END IF;
    RETURN ARRAY[left(digits, country) || rest, rest];
  END IF;
  IF digits LIKE '0%' OR digits ~ '^[178][0-9]{10}$' THEN RETURN ARRAY[digits, substr(digits, 2)]; END IF;
  RETURN ARRAY[digits];
END
$$;

-- The phone numbers that a text may hold, 7 to 15 digits however they are divided, in all the ways to call them. Of a long text
-- the first 4,000 ways or 8,000 groups of digits count, of a stretch without anything else the first 64 groups.
CREATE OR REPLACE FUNCTION "search_numbers"(content text) RETURNS SETOF text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  held text;
  abroad boolean;
  groups text[];
  digits text;
  ways text[];
  looked int := 0;
  found int := 0;
BEGIN
  FOR held IN SELECT left(m.found[1], 512)
    FROM regexp_matches(content COLLATE "pg_c_utf8", '[+(]{0,2}[0-9][0-9 ()./\u00a0\u202f\u2010-\u2015-]{4,}[0-9]', 'g') m (found) LOOP
    abroad := left(held, 2) LIKE '%+%';
    held := ltrim(held, '+(');
    IF held LIKE '%(%' THEN held := regexp_replace(held, '[^0-9]*\([^0-9]*', ' (', 'g'); END IF;
    groups := string_to_array(regexp_replace(held, '[^0-9(]+', ' ', 'g'), ' ');
    FOR beginning IN 1..least(cardinality(groups), 64) LOOP
      looked := looked + 1;
      -- A number begins with the stretch, with + or (, or with 0: in a table of figures most groups begin none.
      CONTINUE WHEN beginning > 1 AND groups[beginning] !~ '^[(0]';
      digits := '';
      FOR ending IN beginning..least(beginning + 7, cardinality(groups)) LOOP
        digits := digits || ltrim(groups[ending], '(');
        EXIT WHEN length(digits) > 18;
        CONTINUE WHEN length(digits) < 7;
        ways := "search_number"(digits, abroad AND beginning = 1);
        found := found + cardinality(ways);
        RETURN QUERY SELECT unnest(ways);
      END LOOP;
      EXIT WHEN found >= 4000;
    END LOOP;
    EXIT WHEN found >= 4000 OR looked >= 8000;
  END LOOP;
END
$$;

-- What stands between two spaces without what divides it: inv2024000123 of `INV-2024-000123`. All of it, when these are 8 words or
-- fewer; what stands between other characters than dots, hyphens and underscores (`order:INV-2024-000123`), with its ending and
-- without (`q3_final-v2.xlsx`), and without the letter of a version (`v2.14.3`); and 2 to 6 words of it that begin with a letter and hold
-- a digit, which may be a code (`scan-INV-2024-000123`). Of a long text the first 4,000 or 6,000 forms.
CREATE OR REPLACE FUNCTION "search_joined"(content text) RETURNS SETOF text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  low text := lower(content COLLATE "pg_c_utf8");
  run text;
  piece text;
  words text[];
  pieces text[];
  forms text[];
  form text;
  made int := 0;
BEGIN
  IF octet_length(low) > char_length(low) THEN
    low := regexp_replace(low, '[' || "search_unspaced"() || ']+', ' ', 'g');
  END IF;
  FOR run IN SELECT DISTINCT m.found[1]
    FROM (SELECT f.found FROM regexp_matches(low COLLATE "pg_c_utf8",
            '[^[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]+(?:[[:punct:]\ue000-\uf8ff]{1,3}[^[:space:][:punct:][:cntrl:]\u180e\u200b\ue000-\uf8ff]+)+', 'g') f (found)
           LIMIT 4000) m LOOP
    words := string_to_array(regexp_replace(run COLLATE "pg_c_utf8", '[[:punct:]\ue000-\uf8ff]+', ' ', 'g'), ' ');
    forms := '{}';
    IF cardinality(words) <= 8 THEN forms := ARRAY[array_to_string(words, '')]; END IF;
    IF cardinality(words) > 2 AND run ~ '[0-9]' THEN
      FOR beginning IN 1..cardinality(words) - 1 LOOP
        CONTINUE WHEN words[beginning] ~ '^[0-9]';
        form := words[beginning];
        FOR ending IN beginning + 1..least(beginning + 5, cardinality(words)) LOOP
          form := form || words[ending];
          EXIT WHEN length(form) > 64;
          IF form ~ '[0-9]' THEN forms := forms || form; END IF;
        END LOOP;
        EXIT WHEN cardinality(forms) >= 2000;
      END LOOP;
    END IF;
    IF cardinality(words) > 2 OR run ~ '^v[0-9]' THEN
      pieces := regexp_split_to_array(run COLLATE "pg_c_utf8", '[!-,/:-@\[-^`{-~\u00a1-\u00bf\u2016-\u2027\u2030-\u205e\u2190-\u2bff\ue000-\uf8ff]+');
      FOREACH piece IN ARRAY pieces[1:1000] LOOP
        CONTINUE WHEN char_length(piece) > 92 OR piece !~ '[^[:alnum:]]';
        forms := forms || piece;
        IF piece ~ '\.' THEN
          forms := forms || regexp_replace(piece, '(\.[a-z][a-z0-9]{0,4}){1,2}$', '') || substring(piece FROM 'v([0-9]+\.[0-9.]*[0-9])') || substring(piece FROM '^v([0-9].*)');
        END IF;
      END LOOP;
    END IF;
    FOR form IN SELECT DISTINCT "search_fold"(regexp_replace(f COLLATE "pg_c_utf8", '[[:punct:]\ue000-\uf8ff]+', '', 'g')) FROM unnest(forms) f LOOP
      CONTINUE WHEN form IS NULL OR form = '' OR char_length(form) > 64;
      made := made + 1;
      RETURN NEXT form;
    END LOOP;
    EXIT WHEN made >= 6000;
  END LOOP;
END
$$;

-- Codes whose groups are divided by single spaces, joined: de89370400440532013000 of `DE89 3704 0044 0532 0130 00`. 3 to 8 groups, of
-- which 3 hold digits and the others are up to four capitals. One begins with the stretch, or where a group holds a letter.
CREATE OR REPLACE FUNCTION "search_codes"(content text) RETURNS SETOF text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  held text;
  groups text[];
  form text;
  figures int;
  looked int := 0;
BEGIN
  FOR held IN SELECT left(m.found[1], 512)
    FROM regexp_matches(content COLLATE "pg_c_utf8",
           '(?<![[:alnum:]_-])((?:[A-Za-z]{0,4}[0-9][A-Za-z0-9]*|[A-Z]{1,4})(?: (?:[A-Za-z]{0,4}[0-9][A-Za-z0-9]*|[A-Z]{1,4})(?![[:alnum:]])){2,})', 'g') m (found) LOOP
    groups := string_to_array(held, ' ');
    FOR beginning IN 1..least(cardinality(groups) - 2, 64) LOOP
      looked := looked + 1;
      CONTINUE WHEN beginning > 1 AND groups[beginning] !~ '[A-Za-z]';
      form := '';
      figures := 0;
      FOR ending IN beginning..least(beginning + 7, cardinality(groups)) LOOP
        form := form || groups[ending];
        EXIT WHEN length(form) > 64;
        IF groups[ending] ~ '[0-9]' THEN figures := figures + 1; END IF;
        CONTINUE WHEN figures < 3 OR (form !~ '[A-Za-z]' AND ending < cardinality(groups));
        looked := looked + 1;
        RETURN NEXT lower(form);
      END LOOP;
    END LOOP;
    EXIT WHEN looked >= 4000;
  END LOOP;
END
$$;

-- The first 4,000 email addresses in a text, in lower case.
CREATE OR REPLACE FUNCTION "search_addresses"(content text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT left(a.address, 254)
    FROM (SELECT ltrim(right(m.found[1], 64), '.-+''') || '@' || rtrim(m.found[2], '.-') AS address
            FROM regexp_matches(lower(normalize(content, NFC) COLLATE "pg_c_utf8"),
                   '([^[:space:][:cntrl:]()<>\[\]@,;:"/\\=|]+)@([^[:space:][:punct:][:cntrl:]][^[:space:][:cntrl:]()<>\[\]@,;:"/\\=|?!&''#*]*)', 'g') m (found)
           LIMIT 4000) a
   WHERE a.address NOT LIKE '@%'
$$;

CREATE OR REPLACE FUNCTION "search_vectors"(language text, content text, names text) RETURNS TABLE ("segment" smallint, "vector" tsvector)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
  latin text := "search_digits"(content);
  ascii boolean := octet_length(latin) = char_length(latin);
  ascii_forms regdictionary := "search_dictionary"(language, true);
  other_forms regdictionary := "search_dictionary"(language, false);
  whole text[] := CASE names WHEN '' THEN '{}' ELSE ARRAY[names] END;
  wholes text[];
  words text[];
BEGIN
  IF latin ~ '[^[:space:]][[:punct:]][^[:space:]]' OR latin ~ '[0-9][A-Za-z0-9]* [A-Z0-9]' THEN
    whole := whole || ARRAY(
      SELECT '''' || j.word || ''' ''' || "search_stem"(CASE WHEN octet_length(j.word) = char_length(j.word) THEN ascii_forms ELSE other_forms END, j.word) || ''''
        FROM (SELECT "search_joined"(latin) UNION SELECT "search_codes"(latin)) j (word));
  END IF;
  IF position('@' IN latin) > 0 THEN
    whole := whole || ARRAY(SELECT "search_lexeme"(a) FROM "search_addresses"(content) a);
  END IF;
  IF latin ~ '[0-9]{2}.*[0-9]{2}' THEN
    whole := whole || ARRAY(SELECT DISTINCT '''' || n || '''' FROM "search_numbers"(latin) n);
  END IF;
  wholes := ARRAY(SELECT string_agg(c.lexeme, ' ' ORDER BY c.place)
                    FROM (SELECT w.lexeme, w.place, sum(octet_length(w.lexeme)) OVER (ORDER BY w.place) / 150000 AS chunk
                            FROM unnest(whole) WITH ORDINALITY w (lexeme, place)) c
                   GROUP BY c.chunk ORDER BY c.chunk);
  IF ascii THEN -- As search_words, but faster.
    words := array_remove(string_to_array(regexp_replace(lower(latin) COLLATE "C", '[^a-z0-9]+', ' ', 'g'), ' '), '');
    IF latin ~ '[a-zA-Z0-9]{65}' THEN
      words := ARRAY(SELECT CASE WHEN char_length(w) > 64 THEN left(w, 64) || md5(w) ELSE w END FROM unnest(words) WITH ORDINALITY u (w, n) ORDER BY n);
    END IF;
  ELSE
    words := ARRAY(SELECT w."word" FROM "search_words"(latin) w ORDER BY w."place");
  END IF;
  FOR at IN 0..greatest((cardinality(words) + 1499) / 1500, cardinality(wholes)) - 1 LOOP
    "segment" := at;
    "vector" := concat_ws(' ', wholes[at + 1], (
      SELECT string_agg(CASE WHEN l.stem <> l.word THEN '''' || l.stem || ''':' || l.place || ' ' ELSE '' END || '''' || l.word || ''':' || l.place, ' ')
        FROM (SELECT w.word, w.place,
                     "search_stem"(CASE WHEN octet_length(w.word) = char_length(w.word) THEN ascii_forms ELSE other_forms END, w.word) AS stem
                FROM unnest(words[at * 1500 + 1 : at * 1500 + 1516]) WITH ORDINALITY w (word, place)) l))::tsvector;
    RETURN NEXT;
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION "search_term"(language text, content text, OUT "query" text, OUT "words" text, OUT "dropped" boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  ascii_forms regdictionary := "search_dictionary"(language, true);
  other_forms regdictionary := "search_dictionary"(language, false);
  begun boolean := content ~ '\*+$';
  address text;
  whole text;
BEGIN
  content := "search_digits"(content);
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

-- Indexes one text of a ticket anew.
CREATE OR REPLACE FUNCTION "search_put"(ticket uuid, part "SearchField", source uuid, hidden boolean, content text, names text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chosen text := (SELECT s."searchLanguage" FROM "Settings" s);
  segments int;
BEGIN
  INSERT INTO "TicketSearch" ("ticketId", "field", "sourceId", "segment", "internal", "language", "vector")
  SELECT ticket, part, source, v."segment", hidden, chosen, v."vector" FROM "search_vectors"(chosen, content, names) v
  ON CONFLICT ("ticketId", "field", "sourceId", "segment")
    DO UPDATE SET "internal" = excluded."internal", "language" = excluded."language", "rules" = excluded."rules", "vector" = excluded."vector";
  GET DIAGNOSTICS segments = ROW_COUNT;
  DELETE FROM "TicketSearch" f USING "search_homes"(ticket) h
   WHERE f."ticketId" = h."home" AND f."field" = part AND f."sourceId" = source AND f."segment" >= segments;
  PERFORM "search_share"(ticket, part, source);
END
$$;

-- What is found in a merged ticket is found, by the staff, in those that its conversation went on in.
CREATE OR REPLACE FUNCTION "search_share"(ticket uuid, part "SearchField" DEFAULT NULL, source uuid DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT t."mergedIntoId" FROM "Ticket" t WHERE t."id" = ticket) IS NULL THEN RETURN; END IF;
  INSERT INTO "TicketSearch" ("ticketId", "field", "sourceId", "segment", "internal", "language", "rules", "vector")
  SELECT h."home", f."field", f."sourceId", f."segment", true, f."language", f."rules", f."vector"
    FROM "search_homes"(ticket) h CROSS JOIN "TicketSearch" f
   WHERE f."ticketId" = ticket AND h."home" <> ticket AND (part IS NULL OR (f."field" = part AND f."sourceId" = source))
  ON CONFLICT ("ticketId", "field", "sourceId", "segment") DO UPDATE SET "language" = excluded."language", "rules" = excluded."rules", "vector" = excluded."vector";
END
$$;
