-- no-transaction
-- Gives the events that are there their positions, a thousand in a transaction, so that nobody waits for the rest of them. What
-- another run has done already is left as it is.
DO $$
BEGIN
  WHILE "place_ticket_events"(1000) > 0 LOOP
    COMMIT;
  END LOOP;
END
$$;
