-- no-transaction
-- Indexes the tickets that are there, a hundred in a transaction, so that nobody waits for the rest of them. What another run has
-- done already is left as it is.
DO $$
DECLARE
  last uuid := '00000000-0000-0000-0000-000000000000';
  batch uuid[];
BEGIN
  PERFORM set_config('enable_seqscan', 'off', false); -- The plan is made while the index is empty.
  LOOP
    SELECT array_agg(b."id" ORDER BY b."id") INTO batch FROM (
      SELECT t."id" FROM "Ticket" t
       WHERE t."id" > last AND NOT EXISTS (
         SELECT FROM "TicketSearch" f WHERE f."ticketId" = t."id" AND f."field" = 'TITLE' AND f."sourceId" = t."id")
       ORDER BY t."id" LIMIT 100 FOR NO KEY UPDATE OF t) b;
    EXIT WHEN batch IS NULL;
    PERFORM "search_rebuild"(b) FROM unnest(batch) b;
    COMMIT;
    last := batch[cardinality(batch)];
  END LOOP;
  PERFORM set_config('enable_seqscan', 'on', false);
END
$$;
