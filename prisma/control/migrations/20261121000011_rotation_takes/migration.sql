-- How often a tenant's turn was taken: who was thought dead and comes back does not speak for the present one.
ALTER TABLE "TenantCredentialRotation" ADD COLUMN "takes" INTEGER NOT NULL DEFAULT 0;
