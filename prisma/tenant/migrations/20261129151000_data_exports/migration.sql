-- compatible
-- Everything that a helpdesk holds, as one file that its admins take away.
CREATE TYPE "DataExportStatus" AS ENUM ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED');

CREATE TABLE "DataExport" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "requestedById" UUID NOT NULL,
    "status" "DataExportStatus" NOT NULL DEFAULT 'PENDING',
    "blobId" UUID,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "size" BIGINT,
    "sha256" BYTEA,
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "snapshotAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "DataExport_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "DataExport_status_dueAt_idx" ON "DataExport"("status", "dueAt");
CREATE INDEX "DataExport_requestedById_idx" ON "DataExport"("requestedById");

ALTER TABLE "DataExport" ADD CONSTRAINT "DataExport_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
