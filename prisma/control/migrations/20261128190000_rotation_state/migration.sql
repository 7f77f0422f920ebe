-- A rotation that is under way says since when, and why its last try failed.
ALTER TABLE "Tenant" ADD COLUMN "rotationRequestedAt" TIMESTAMPTZ(3), ADD COLUMN "rotationError" TEXT;
UPDATE "Tenant" SET "rotationRequestedAt" = clock_timestamp() WHERE "nextRoleName" IS NOT NULL OR "formerRoleName" IS NOT NULL;
