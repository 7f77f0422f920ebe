-- How often a tenant is backed up, and for how long its archives are kept; null: as the installation says. 0: not by itself.
ALTER TABLE "Tenant" ADD COLUMN "backupEveryMs" BIGINT;
ALTER TABLE "Tenant" ADD COLUMN "backupKeep" TEXT;
-- Whether its purge takes its archives along.
ALTER TABLE "Tenant" ADD COLUMN "purgeBackups" BOOLEAN NOT NULL DEFAULT false;

-- When an archive of this server was last sent to be proved.
ALTER TABLE "DatabaseServer" ADD COLUMN "proofOrderedAt" TIMESTAMPTZ(3);

-- One row: what the store of archives was last seen to have that this database does not know.
CREATE TABLE "ArchiveStoreCheck" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "unknown" INTEGER NOT NULL DEFAULT 0,
    "example" TEXT,
    "since" TIMESTAMPTZ(3),

    CONSTRAINT "ArchiveStoreCheck_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "ArchiveStoreCheck" ADD CONSTRAINT "ArchiveStoreCheck_one_row" CHECK ("id" = 1);
INSERT INTO "ArchiveStoreCheck" DEFAULT VALUES;
