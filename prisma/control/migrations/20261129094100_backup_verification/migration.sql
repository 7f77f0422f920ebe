-- Set while a verification is to be done; and since when an archive is known to be broken.
ALTER TABLE "Backup" ADD COLUMN "verifyRequestedAt" TIMESTAMPTZ(3);
ALTER TABLE "Backup" ADD COLUMN "brokenSince" TIMESTAMPTZ(3);
