-- The order of all events of a helpdesk. `seq` is taken before the commit, so that a reader at 10 may never see 9; a position is
-- given after it, by one session at a time, and never changes.
ALTER TABLE "TicketEvent" ADD COLUMN "position" BIGINT;
CREATE INDEX "TicketEvent_position_seq_idx" ON "TicketEvent" ("position", "seq");

-- The last position that was given. A row, not a sequence: it goes back with a transaction and along with a copy of the database.
CREATE TABLE "TicketFeed" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "last" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "TicketFeed_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "TicketFeed" ADD CONSTRAINT "TicketFeed_one_row" CHECK ("id" = 1);
INSERT INTO "TicketFeed" DEFAULT VALUES;

-- Gives positions to `most` events at most that have none, and answers how many got one. Who waits for the lock sees what the one
-- before it committed, since each statement of a function reads anew (READ COMMITTED). Events of a ticket are written under its
-- lock, so `seq` is their order, and an earlier one is committed whenever a later one is seen. An event that somebody else has
-- locked, to blank its words, is passed over with the later ones of its ticket: nobody waits. It runs as its owner: a tenant's role changes no event.
CREATE FUNCTION "place_ticket_events"("most" integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  placed integer;
BEGIN
  IF NOT EXISTS (SELECT FROM "TicketEvent" e WHERE e."position" IS NULL) THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('ticket-feed', 0));
  WITH waiting AS MATERIALIZED (
    SELECT e."id", e."ticketId", e."seq" FROM "TicketEvent" e WHERE e."position" IS NULL
     ORDER BY e."position", e."seq" LIMIT "most"
  ), held AS MATERIALIZED (
    SELECT e."id" FROM "TicketEvent" e WHERE e."id" IN (SELECT w."id" FROM waiting w) FOR NO KEY UPDATE SKIP LOCKED
  ), passed_over AS MATERIALIZED (
    SELECT w."ticketId", min(w."seq") AS "seq" FROM waiting w
     WHERE w."id" NOT IN (SELECT h."id" FROM held h) GROUP BY w."ticketId"
  ), next AS MATERIALIZED (
    SELECT w."id", row_number() OVER (ORDER BY w."seq") AS "step"
      FROM waiting w LEFT JOIN passed_over p ON p."ticketId" = w."ticketId"
     WHERE p."seq" IS NULL OR w."seq" < p."seq"
  ), given AS (
    UPDATE "TicketEvent" e SET "position" = f."last" + n."step"
      FROM next n CROSS JOIN "TicketFeed" f WHERE e."id" = n."id"
  )
  UPDATE "TicketFeed" f SET "last" = f."last" + c."count"
    FROM (SELECT count(*) AS "count" FROM next) c RETURNING c."count" INTO placed;
  RETURN placed;
END
$$;
