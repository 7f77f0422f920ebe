-- compatible
-- What another helpdesk has exported, looked through and then imported.
CREATE TYPE "DataImportStatus" AS ENUM ('UPLOADING', 'CHECKING', 'CHECKED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED');

CREATE TABLE "DataImport" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "requestedById" UUID NOT NULL,
    "status" "DataImportStatus" NOT NULL DEFAULT 'UPLOADING',
    "fileName" TEXT NOT NULL,
    "source" TEXT,
    "size" BIGINT,
    "sha256" BYTEA,
    "step" INTEGER NOT NULL DEFAULT 0,
    "line" INTEGER NOT NULL DEFAULT 0,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "refused" INTEGER NOT NULL DEFAULT 0,
    "fileBytes" BIGINT NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DataImport_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "DataImport_removedAt_dueAt_idx" ON "DataImport"("removedAt", "dueAt");
CREATE INDEX "DataImport_requestedById_idx" ON "DataImport"("requestedById");

ALTER TABLE "DataImport" ADD CONSTRAINT "DataImport_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "DataImportRow" (
    "importId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "targetId" UUID NOT NULL,
    "made" BOOLEAN NOT NULL,

    CONSTRAINT "DataImportRow_pkey" PRIMARY KEY ("importId", "kind", "sourceId")
);

ALTER TABLE "DataImportRow" ADD CONSTRAINT "DataImportRow_importId_fkey" FOREIGN KEY ("importId") REFERENCES "DataImport"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "DataImportRefusal" (
    "importId" UUID NOT NULL,
    "file" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "sourceId" TEXT,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "DataImportRefusal_pkey" PRIMARY KEY ("importId", "file", "line", "part")
);

ALTER TABLE "DataImportRefusal" ADD CONSTRAINT "DataImportRefusal_importId_fkey" FOREIGN KEY ("importId") REFERENCES "DataImport"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An event that another helpdesk wrote: no webhook is told of it.
ALTER TABLE "TicketEvent" ADD COLUMN "imported" BOOLEAN NOT NULL DEFAULT false;
