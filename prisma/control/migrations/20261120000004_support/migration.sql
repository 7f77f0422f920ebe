-- What support staff may know of the control database: where a tenant's database is. No secret, no operator, no address.
CREATE SCHEMA "support";

CREATE VIEW "support"."tenant" AS
SELECT t."slug", t."name", t."status"::text AS "status", t."plan", t."databaseName", s."name" AS "server", s."host",
       s."port", t."schemaVersion", t."createdAt", t."activatedAt", t."purgeAt", t."id"
  FROM "Tenant" t
  JOIN "DatabaseServer" s ON s."id" = t."serverId";
