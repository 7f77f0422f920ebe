-- A run goes through stages: the canary, then waves. After each it may soak, and an operator may pause it.
ALTER TYPE "MigrationRunStatus" ADD VALUE 'SOAKING' AFTER 'RUNNING';
ALTER TYPE "MigrationRunStatus" ADD VALUE 'PAUSED' AFTER 'SOAKING';
ALTER TABLE "MigrationRun"
  ADD COLUMN "waves" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
  ADD COLUMN "stageEnds" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
  ADD COLUMN "stage" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "soak" TEXT,
  ADD COLUMN "soakUntil" TIMESTAMPTZ(3),
  ADD COLUMN "perServer" INTEGER,
  ADD COLUMN "pace" INTEGER,
  ADD COLUMN "maxErrorRate" DOUBLE PRECISION;
-- What runs that have not ended go on with: the canary was their one stage before the rest.
UPDATE "MigrationRun" SET "stageEnds" = ARRAY["canary"] WHERE "canary" IS NOT NULL;
