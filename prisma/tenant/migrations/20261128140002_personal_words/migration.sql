-- A person is taken out of texts by whole addresses and whole words. What a word is does not hang on LC_CTYPE: letters, digits
-- and marks belong to it, whatever their script.

-- Marks that are no letters by themselves (Unicode: M without Alphabetic). For a bracket expression.
CREATE FUNCTION "person_marks"() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '\u0300-\u0344\u0346-\u0362\u0483-\u0489\u0591-\u05af\u0658\u06df-\u06e0\u06ea-\u06ec\u0740-\u074a\u07eb-\u07f3'
      || '\u07fd\u0818-\u0819\u082d\u0859-\u085b\u0898-\u089f\u08ca-\u08d3\u08e0-\u08e1\u08ea-\u08ef\u093c\u094d'
      || '\u0951-\u0954\u09bc\u09cd\u09fe\u0a3c\u0a4d\u0abc\u0acd\u0afd-\u0aff\u0b3c\u0b4d\u0b55\u0bcd\u0c3c\u0c4d\u0cbc'
      || '\u0ccd\u0d3b-\u0d3c\u0d4d\u0dca\u0e47-\u0e4c\u0e4e\u0eba\u0ec8-\u0ecc\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39'
      || '\u0f3e-\u0f3f\u0f84\u0f86-\u0f87\u0fc6\u1037\u1039-\u103a\u135d-\u135f\u1714-\u1715\u1734\u17b4-\u17b5'
      || '\u17c9-\u17d3\u17dd\u180b-\u180d\u180f\u1939-\u193b\u1a60\u1a75-\u1a7c\u1a7f\u1ab0-\u1abe\u1ac1-\u1acb'
      || '\u1acf-\u1add\u1ae0-\u1aeb\u1b34\u1b44\u1b6b-\u1b73\u1baa-\u1bab\u1be6\u1bf2-\u1bf3\u1c37\u1cd0-\u1cd2'
      || '\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dd2\u1df5-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u302a-\u302f'
      || '\u3099-\u309a\ua66f-\ua672\ua67c-\ua67d\ua6f0-\ua6f1\ua806\ua82c\ua8c4\ua8e0-\ua8f1\ua92b-\ua92d\ua953\ua9b3'
      || '\ua9c0\uaabf\uaac1\uaaf6\uabec-\uabed\ufe00-\ufe0f\ufe20-\ufe2f\U000101fd\U000102e0\U00010a38-\U00010a3a'
      || '\U00010a3f\U00010ae5-\U00010ae6\U00010d6a-\U00010d6d\U00010efd-\U00010eff\U00010f46-\U00010f50'
      || '\U00010f82-\U00010f85\U00011046\U00011070\U0001107f\U000110b9-\U000110ba\U00011133-\U00011134\U00011173'
      || '\U000111c0\U000111c9-\U000111cc\U00011235-\U00011236\U000112e9-\U000112ea\U0001133b-\U0001133c\U0001134d'
      || '\U00011366-\U0001136c\U00011370-\U00011374\U000113ce-\U000113d0\U000113d2\U000113e1-\U000113e2\U00011442'
      || '\U00011446\U0001145e\U000114c2-\U000114c3\U000115bf-\U000115c0\U0001163f\U000116b6-\U000116b7\U0001172b'
      || '\U00011839-\U0001183a\U0001193d-\U0001193e\U00011943\U000119e0\U00011a33-\U00011a34\U00011a47'
      || '\U00011a98-\U00011a99\U00011c3f\U00011d42\U00011d44-\U00011d45\U00011d97\U00011f41-\U00011f42\U00011f5a'
      || '\U00013440\U00013447-\U00013455\U0001612f\U00016af0-\U00016af4\U00016b30-\U00016b36\U00016fe4\U0001bc9d'
      || '\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46\U0001d165-\U0001d169\U0001d16d-\U0001d172\U0001d17b-\U0001d182'
      || '\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244\U0001da00-\U0001da36\U0001da3b-\U0001da6c'
      || '\U0001da75\U0001da84\U0001da9b-\U0001da9f\U0001daa1-\U0001daaf\U0001e130-\U0001e136\U0001e2ae'
      || '\U0001e2ec-\U0001e2ef\U0001e4ec-\U0001e4ef\U0001e5ee-\U0001e5ef\U0001e8d0-\U0001e8d6\U0001e944-\U0001e946'
      || '\U0001e948-\U0001e94a'
$$;

-- Scripts that put no spaces between words, or between a name and its particles: Thai, Lao, Burmese, Khmer, Chinese, Japanese,
-- Korean. For a bracket expression.
CREATE FUNCTION "person_unspaced"() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3105-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
      || '\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\U0001b000-\U0001b2ff\U00020000-\U0003ffff'
$$;

-- A text as a regular expression that matches it, with any white space or underscores (of files' names) where it has white space.
CREATE FUNCTION "person_literal"(content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
           regexp_replace(content COLLATE "pg_unicode_fast", '([^[:alnum:][:space:]])', '\\\1', 'g'),
           '[[:space:]]+', '[[:space:]_]+', 'g')
$$;

-- An address where it is whole: no longer one ends in it, before the @ or before that by a dot, hyphen, plus or the like, and no
-- host below or beside its own begins with it. Angle brackets, quotes, `mailto:` and the ends of sentences stand beside it.
CREATE FUNCTION "address_pattern"(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '(?:(?<![[:alnum:]' || "person_marks"() || '][-._+%&''’~]*)|(?<=[' || "person_unspaced"() || ']))'
      || "person_literal"(address)
      || '(?:(?![-.]*[[:alnum:]' || "person_marks"() || '@])|(?=[' || "person_unspaced"() || ']))'
$$;

-- A name where it is whole words.
CREATE FUNCTION "name_pattern"(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN name COLLATE "pg_unicode_fast" ~ ('^[' || "person_unspaced"() || ']') THEN ''
              ELSE '(?:(?<![[:alnum:]' || "person_marks"() || '])|(?<=[' || "person_unspaced"() || ']))' END
      || "person_literal"(name)
      || CASE WHEN name COLLATE "pg_unicode_fast" ~ ('[' || "person_unspaced"() || ']$') THEN ''
              ELSE '(?:(?![[:alnum:]' || "person_marks"() || '])|(?=[' || "person_unspaced"() || ']))' END
$$;

-- A text without these addresses and names, whatever their case.
CREATE FUNCTION "without_person"(content text, addresses text[], names text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  low text := lower(content COLLATE "pg_unicode_fast");
  word text;
BEGIN
  -- Looking for the text itself is cheaper than the expression, and all that most texts need.
  FOREACH word IN ARRAY addresses LOOP
    CONTINUE WHEN position(lower(word COLLATE "pg_unicode_fast") IN low) = 0;
    content := regexp_replace(content COLLATE "pg_unicode_fast", "address_pattern"(word), '[removed]', 'gi');
  END LOOP;
  FOREACH word IN ARRAY names LOOP
    CONTINUE WHEN position(split_part(regexp_replace(lower(word COLLATE "pg_unicode_fast"), '[[:space:]]+', ' ', 'g'), ' ', 1) IN low) = 0;
    content := regexp_replace(content COLLATE "pg_unicode_fast", "name_pattern"(word), '[removed]', 'gi');
  END LOOP;
  RETURN content;
END
$$;

-- The same within the texts of JSON, each text as it is: in its written form a line break or a quote would hide where a word begins.
CREATE FUNCTION "json_without_person"(content jsonb, addresses text[], names text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE jsonb_typeof(content)
    WHEN 'string' THEN to_jsonb("without_person"(content #>> '{}', addresses, names))
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg("json_without_person"(e, addresses, names) ORDER BY n), '[]')
        FROM jsonb_array_elements(content) WITH ORDINALITY a (e, n))
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(key, "json_without_person"(value, addresses, names)), '{}') FROM jsonb_each(content))
    ELSE content
  END;
END
$$;

-- Tenants' login roles may not change what the history of a ticket says. This takes a person out of it, and can do nothing else.
CREATE FUNCTION "events_without_person"(ticket_ids uuid[], gone_addresses text[], gone_names text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "TicketEvent" e SET "changes" = c.cleaned
    FROM (SELECT "id", "json_without_person"("changes", gone_addresses, gone_names) AS cleaned FROM "TicketEvent"
           WHERE "ticketId" = ANY (ticket_ids)) c
   WHERE e."id" = c."id" AND e."changes" <> c.cleaned
$$;

DROP FUNCTION "events_without_words"(uuid[], text[]);
DROP FUNCTION "json_without_words"(jsonb, text[]);
DROP FUNCTION "without_words"(text, text[]);
