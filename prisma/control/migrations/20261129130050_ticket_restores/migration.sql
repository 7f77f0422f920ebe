-- Single tickets that an archive brings back into its tenant: which ones, and what became of each.
ALTER TYPE "RestoreStep" ADD VALUE 'WRITING';
ALTER TABLE "TenantRestore"
    ADD COLUMN "numbers" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    ADD COLUMN "tickets" JSONB;
