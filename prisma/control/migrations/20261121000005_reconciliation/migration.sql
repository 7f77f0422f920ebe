-- CreateEnum
CREATE TYPE "FindingAction" AS ENUM ('REMOVE', 'REPAIR', 'REPORT');

-- CreateEnum
CREATE TYPE "FindingResolution" AS ENUM ('REMOVED', 'REPAIRED', 'VANISHED');

-- CreateTable
CREATE TABLE "ReconciliationFinding" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "kind" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "tenantId" UUID,
    "detail" TEXT NOT NULL,
    "action" "FindingAction" NOT NULL,
    "sightings" INTEGER NOT NULL DEFAULT 1,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "error" TEXT,
    "resolution" "FindingResolution",
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ReconciliationFinding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReconciliationCheck" (
    "place" TEXT NOT NULL,
    "checkedAt" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "ReconciliationCheck_pkey" PRIMARY KEY ("place")
);

-- CreateIndex
CREATE INDEX "ReconciliationFinding_firstSeenAt_id_idx" ON "ReconciliationFinding"("firstSeenAt", "id");

-- CreateIndex
CREATE INDEX "ReconciliationFinding_resolvedAt_idx" ON "ReconciliationFinding"("resolvedAt");

-- One open finding for each matter; Prisma's schema language has no partial indexes.
CREATE UNIQUE INDEX "ReconciliationFinding_open_key" ON "ReconciliationFinding"("place", "kind", "subject") WHERE "resolvedAt" IS NULL;
