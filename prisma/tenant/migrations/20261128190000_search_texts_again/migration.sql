-- no-transaction
-- Indexes the tickets that were indexed by the rules before, a hundred in a transaction, so that nobody waits for the rest of them.
-- What another run has done already is left as it is. Until then they are found by those rules.
DO $$
DECLARE
  last uuid := '00000000-0000-0000-0000-000000000000';
  batch uuid[];
BEGIN
  PERFORM set_config('enable_seqscan', 'off', false); -- The plan is kept for all batches, however many are left.
  LOOP
    SELECT array_agg(b."id" ORDER BY b."id") INTO batch FROM (
      SELECT t."id" FROM "Ticket" t
       WHERE t."id" > last AND EXISTS (SELECT FROM "TicketSearch" f WHERE f."ticketId" = t."id" AND f."rules" < 2)
       ORDER BY t."id" LIMIT 100 FOR NO KEY UPDATE OF t) b;
    EXIT WHEN batch IS NULL;
    PERFORM "search_rebuild"(b) FROM unnest(batch) b;
    COMMIT;
    last := batch[cardinality(batch)];
  END LOOP;
  PERFORM set_config('enable_seqscan', 'on', false);
END
$$;
