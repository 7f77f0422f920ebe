-- Mail addresses outside MAIL_DOMAIN, each of one tenant at a time. One that is not verified yet is kept for a day: then another tenant may
-- have it, however often the first one asks again. `addressKey` is in lower case.
CREATE TABLE "MailAddress" (
  "addressKey" TEXT PRIMARY KEY,
  "tenantId" UUID NOT NULL REFERENCES "Tenant" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "claimedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "verifiedAt" TIMESTAMPTZ(3)
);
CREATE INDEX "MailAddress_tenantId_idx" ON "MailAddress" ("tenantId");
CREATE VIEW "catalog"."mail_address" AS SELECT "addressKey", "tenantId", "claimedAt", "verifiedAt" FROM "MailAddress";

-- Whether the address is the tenant's now; `proven`: whether it has shown that it gets its mail. Repeatable.
CREATE FUNCTION "catalog"."claim_mail_address"(tenant uuid, address text, proven boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public."MailAddress" AS known ("addressKey", "tenantId", "claimedAt", "verifiedAt")
  VALUES (address, tenant, now(), CASE WHEN proven THEN now() END)
  ON CONFLICT ("addressKey") DO UPDATE SET
    "tenantId" = excluded."tenantId",
    "claimedAt" = CASE WHEN known."tenantId" = tenant THEN known."claimedAt" ELSE now() END,
    "verifiedAt" = CASE WHEN known."tenantId" = tenant THEN coalesce(known."verifiedAt", excluded."verifiedAt") ELSE excluded."verifiedAt" END
   WHERE known."tenantId" = tenant OR (known."verifiedAt" IS NULL AND known."claimedAt" <= now() - interval '1 day');
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION "catalog"."claim_mail_address"(uuid, text, boolean) FROM PUBLIC;

CREATE FUNCTION "catalog"."free_mail_address"(tenant uuid, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM public."MailAddress" WHERE "addressKey" = address AND "tenantId" = tenant;
$$;
REVOKE ALL ON FUNCTION "catalog"."free_mail_address"(uuid, text) FROM PUBLIC;
