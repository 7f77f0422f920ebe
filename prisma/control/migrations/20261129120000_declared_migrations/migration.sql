-- What a script of tenants' migrations declares of itself, by the checksums under which databases may have recorded it.
CREATE TABLE "DeclaredMigration" (
    "name" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "compatible" BOOLEAN NOT NULL,
    "noTransaction" BOOLEAN NOT NULL,

    CONSTRAINT "DeclaredMigration_pkey" PRIMARY KEY ("name", "checksum")
);

-- What app-api compares with the migrations that its build knows.
CREATE OR REPLACE VIEW "catalog"."tenant_schema" AS
SELECT t."id" AS "tenantId", t."schemaSetId", t."schemaVersion", s."names" AS "migrations", s."checksums"
  FROM "Tenant" t
  LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId";

CREATE VIEW "catalog"."compatible_migration" AS
SELECT "name", "checksum" FROM "DeclaredMigration" WHERE "compatible";
