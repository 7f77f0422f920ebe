-- A person who is anonymized goes from what audit events tell of former addresses, too.
CREATE OR REPLACE FUNCTION "audit_without_person"(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH accounts AS MATERIALIZED (
    SELECT a."id" FROM "User" u JOIN "User" a ON a."id" = u."id" OR a."mergedIntoId" = u."id"
     WHERE u."id" = person AND u."anonymizedAt" IS NOT NULL
  )
  UPDATE "AuditEvent" e
     SET "address" = CASE WHEN e."actorId" IN (SELECT "id" FROM accounts) OR e."actorType" = 'UNKNOWN' THEN NULL ELSE e."address" END,
         "details" = CASE WHEN e."subjectId" IN (SELECT "id" FROM accounts) THEN e."details" #- '{changes,email}' #- '{changes,name}' #- '{changes,addresses}'
                          ELSE e."details" END
   WHERE e."actorId" = ANY (ARRAY(SELECT "id" FROM accounts)) OR e."subjectId" = ANY (ARRAY(SELECT "id" FROM accounts))
$$;
