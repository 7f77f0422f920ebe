-- A person who was anonymized is nobody from then on: nothing of the row changes again.
ALTER TABLE "User" ADD COLUMN "anonymizedAt" TIMESTAMPTZ(3);

-- A text without these words, whatever their case, where they stand as words.
CREATE FUNCTION "without_words"(content text, words text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  word text;
BEGIN
  FOREACH word IN ARRAY words LOOP
    CONTINUE WHEN position(lower(word) IN lower(content)) = 0; -- Cheaper than the expression, and all that most texts need.
    content := regexp_replace(content, '(?<!\w)' || regexp_replace(word, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?!\w)', '[removed]', 'gi');
  END LOOP;
  RETURN content;
END
$$;

-- Tenants' login roles may not change what the history of a ticket says. This takes words out of it, and can do nothing else.
CREATE FUNCTION "events_without_words"(tickets uuid[], words text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "TicketEvent" e SET "changes" = c.cleaned
    FROM (SELECT "id", "without_words"("changes"::text, words)::jsonb AS cleaned FROM "TicketEvent"
           WHERE tickets IS NULL OR "ticketId" = ANY (tickets)) c
   WHERE e."id" = c."id" AND e."changes" <> c.cleaned
$$;
