/** Tenants, compared with the build. $1: the required migrations. If the tenant's set is unknown, the newest migration's name decides. */
export const selectTenants = `
  SELECT t.*, s."schemaSetId", l."lacks", e."exceeds"
    FROM "catalog"."tenant" t
    JOIN "catalog"."tenant_schema" s ON s."tenantId" = t."id"
    CROSS JOIN LATERAL (
           SELECT ARRAY(SELECT r.name FROM unnest($1::text[]) AS r(name)
                         WHERE CASE WHEN s."migrations" IS NULL THEN r.name > t."schemaVersion" COLLATE "C"
                                    ELSE r.name <> ALL (s."migrations") END) AS "lacks") l
    CROSS JOIN LATERAL (
           SELECT ARRAY(SELECT h.name
                          FROM (SELECT * FROM unnest(s."migrations", s."checksums") AS known(name, checksum)
                                 UNION ALL SELECT s."schemaVersion", NULL WHERE s."migrations" IS NULL) h
                         WHERE h.name <> ALL ($1::text[])
                           AND NOT EXISTS (SELECT FROM "catalog"."compatible_migration" c
                                            WHERE c."name" = h.name AND (h.checksum IS NULL OR c."checksum" = h.checksum))
                         ORDER BY h.name COLLATE "C") AS "exceeds") e`;
