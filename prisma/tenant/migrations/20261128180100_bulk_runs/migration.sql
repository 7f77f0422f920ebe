-- Work on the tickets that a filter found: who asked, what is to be done, and what became of each ticket.
CREATE TABLE "BulkRun" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "actorId" UUID NOT NULL,
    "work" JSONB,
    "total" INTEGER NOT NULL,
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "BulkRun_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "BulkRun_endedAt_id_idx" ON "BulkRun"("endedAt", "id");
CREATE INDEX "BulkRun_actorId_idx" ON "BulkRun"("actorId");

ALTER TABLE "BulkRun" ADD CONSTRAINT "BulkRun_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "BulkRunTicket" (
    "runId" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "ticketId" UUID NOT NULL,
    "status" INTEGER,
    "problem" JSONB,

    CONSTRAINT "BulkRunTicket_pkey" PRIMARY KEY ("runId", "place")
);

ALTER TABLE "BulkRunTicket" ADD CONSTRAINT "BulkRunTicket_runId_fkey" FOREIGN KEY ("runId") REFERENCES "BulkRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;
