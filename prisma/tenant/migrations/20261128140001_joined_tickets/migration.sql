-- Which ticket a ticket was split from, and which ticket's opening message a comment is since the two were merged.
ALTER TABLE "Ticket" ADD COLUMN "splitFromId" UUID;
ALTER TABLE "Comment" ADD COLUMN "openingOfId" UUID;

ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_splitFromId_fkey" FOREIGN KEY ("splitFromId") REFERENCES "Ticket"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_openingOfId_fkey" FOREIGN KEY ("openingOfId") REFERENCES "Ticket"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

UPDATE "Ticket" t SET "splitFromId" = (e."changes" -> 'splitFromId' ->> 'to')::uuid
  FROM "TicketEvent" e WHERE e."ticketId" = t."id" AND e."type" = 'CREATED' AND e."changes" ? 'splitFromId';

CREATE INDEX "Ticket_splitFrom_idx" ON "Ticket" ("splitFromId") WHERE "splitFromId" IS NOT NULL;
CREATE UNIQUE INDEX "Comment_openingOfId_key" ON "Comment" ("openingOfId");

-- Tenants' login roles may not change what the history of a ticket says. This blanks the values of title and description in the
-- events of one ticket, and can do nothing else.
CREATE FUNCTION "events_redacted"(ticket uuid, fields text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "TicketEvent" e
     SET "changes" = e."changes" || (
           SELECT jsonb_object_agg(f.key, jsonb_build_object(
                    'from', CASE jsonb_typeof(f.value -> 'from') WHEN 'string' THEN '""' ELSE f.value -> 'from' END,
                    'to', CASE jsonb_typeof(f.value -> 'to') WHEN 'string' THEN '""' ELSE f.value -> 'to' END))
             FROM jsonb_each(e."changes") f WHERE f.key = ANY (fields) AND f.key IN ('title', 'description'))
   WHERE e."ticketId" = ticket AND e."changes" ?| ARRAY(SELECT unnest(fields) INTERSECT VALUES ('title'), ('description'))
$$;
