-- compatible
-- Staff who do not work for a while, until a time or until they say otherwise.
ALTER TABLE "User"
  ADD COLUMN "away" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "awayUntil" TIMESTAMPTZ(3),
  ADD CONSTRAINT "User_awayUntil_check" CHECK ("away" OR "awayUntil" IS NULL) NOT VALID;
