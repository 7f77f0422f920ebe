-- Lists by name are in the order of Unicode's collation (https://www.unicode.org/reports/tr10/). Two views read some of the
-- names: they are made anew, with the same readers.
DO $$
DECLARE
  readers text;
BEGIN
  SELECT string_agg(format('GRANT SELECT ON %s TO %I', v.oid::regclass, r.rolname), '; ') INTO readers
    FROM pg_class v CROSS JOIN aclexplode(v.relacl) a JOIN pg_roles r ON r.oid = a.grantee
   WHERE v.oid IN ('catalog.tenant_name'::regclass, 'support.tenant'::regclass)
     AND a.grantee <> v.relowner AND a.privilege_type = 'SELECT';
  DROP VIEW "catalog"."tenant_name";
  DROP VIEW "support"."tenant";
  ALTER TABLE "Tenant" ALTER COLUMN "name" TYPE TEXT COLLATE "und-x-icu";
  ALTER TABLE "DatabaseServer" ALTER COLUMN "name" TYPE TEXT COLLATE "und-x-icu";
  CREATE VIEW "catalog"."tenant_name" AS SELECT "id", "name" FROM "Tenant";
  CREATE VIEW "support"."tenant" AS
  SELECT t."slug", t."name", t."status"::text AS "status", t."plan", t."databaseName", s."name" AS "server", s."host",
         s."port", t."schemaVersion", t."createdAt", t."activatedAt", t."purgeAt", t."id"
    FROM "Tenant" t
    JOIN "DatabaseServer" s ON s."id" = t."serverId";
  IF readers IS NOT NULL THEN EXECUTE readers; END IF;
END
$$;

ALTER TABLE "Operator" ALTER COLUMN "name" TYPE TEXT COLLATE "und-x-icu";
UPDATE "Operator" u SET "email" = normalize(u."email", NFC), "emailKey" = normalize(u."emailKey", NFC)
 WHERE u."emailKey" IS NOT NFC NORMALIZED
   AND NOT EXISTS (SELECT FROM "Operator" o WHERE o."id" <> u."id" AND normalize(o."emailKey", NFC) = normalize(u."emailKey", NFC));
