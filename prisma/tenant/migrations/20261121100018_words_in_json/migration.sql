-- Words within the texts of JSON, each text as it is: in its written form a line break or a quote would hide where a word begins.
CREATE FUNCTION "json_without_words"(content jsonb, words text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(content)
    WHEN 'string' THEN to_jsonb("without_words"(content #>> '{}', words))
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg("json_without_words"(e, words) ORDER BY n), '[]') FROM jsonb_array_elements(content) WITH ORDINALITY a (e, n))
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(key, "json_without_words"(value, words)), '{}') FROM jsonb_each(content))
    ELSE content
  END;
END
$$;

CREATE OR REPLACE FUNCTION "events_without_words"(tickets uuid[], words text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "TicketEvent" e SET "changes" = c.cleaned
    FROM (SELECT "id", "json_without_words"("changes", words) AS cleaned FROM "TicketEvent"
           WHERE tickets IS NULL OR "ticketId" = ANY (tickets)) c
   WHERE e."id" = c."id" AND e."changes" <> c.cleaned
$$;
