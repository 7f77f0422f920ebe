-- An attempt that came to no verdict is one too: it says why, and its tenant does not stay first in line.
ALTER TABLE "IsolationTurn"
  ADD COLUMN "attemptedAt" TIMESTAMPTZ(3),
  ADD COLUMN "error" TEXT,
  ALTER COLUMN "triedAt" DROP NOT NULL;
UPDATE "IsolationTurn" SET "attemptedAt" = "triedAt";
ALTER TABLE "IsolationTurn"
  ALTER COLUMN "attemptedAt" SET DEFAULT clock_timestamp(),
  ALTER COLUMN "attemptedAt" SET NOT NULL;
ALTER TABLE "IsolationCheck" ADD COLUMN "notTried" INTEGER NOT NULL DEFAULT 0;
