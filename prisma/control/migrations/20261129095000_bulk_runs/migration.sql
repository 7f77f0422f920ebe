-- Work on many tenants that a request leaves to a worker, item by item.
CREATE TYPE "BulkRunStatus" AS ENUM ('RUNNING', 'DONE', 'FAILED', 'CANCELLED');

CREATE TABLE "BulkRun" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "status" "BulkRunStatus" NOT NULL DEFAULT 'RUNNING',
    "terms" JSONB NOT NULL,
    "dryRun" BOOLEAN NOT NULL DEFAULT false,
    "orderedBy" JSONB NOT NULL,
    "error" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "BulkRun_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "BulkRunItem" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "runId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "reference" TEXT NOT NULL,
    "input" JSONB,
    "tenantId" UUID,
    "status" INTEGER,
    "changed" BOOLEAN,
    "problem" JSONB,

    CONSTRAINT "BulkRunItem_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "BulkRun_status_idx" ON "BulkRun"("status");
CREATE INDEX "BulkRun_createdAt_id_idx" ON "BulkRun"("createdAt", "id");
CREATE UNIQUE INDEX "BulkRunItem_runId_position_key" ON "BulkRunItem"("runId", "position");
CREATE INDEX "BulkRunItem_runId_status_position_idx" ON "BulkRunItem"("runId", "status", "position");

ALTER TABLE "BulkRunItem" ADD CONSTRAINT "BulkRunItem_runId_fkey" FOREIGN KEY ("runId") REFERENCES "BulkRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;
