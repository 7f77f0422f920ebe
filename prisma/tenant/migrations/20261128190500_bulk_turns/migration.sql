-- Runs have turns: one that waits for a locked ticket holds up no other. And nothing is tried for ever.
ALTER TABLE "BulkRun" ADD COLUMN "turnAt" TIMESTAMPTZ(3);
ALTER TABLE "BulkRunTicket" ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0;
