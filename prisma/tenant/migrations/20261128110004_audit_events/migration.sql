-- Who did what to the helpdesk itself, when, from where. Append-only for tenants' login roles: `settleGrants` leaves them INSERT and
-- SELECT. No foreign key to User: what somebody did stays when they are gone.
CREATE TYPE "AuditActorType" AS ENUM ('USER', 'OPERATOR', 'UNKNOWN');

CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "seq" BIGSERIAL NOT NULL,
    "type" TEXT NOT NULL,
    "actorType" "AuditActorType" NOT NULL DEFAULT 'USER',
    "actorId" UUID,
    "subjectId" UUID,
    "address" TEXT,
    "requestId" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "AuditEvent_seq_key" ON "AuditEvent"("seq");
CREATE INDEX "AuditEvent_actorId_seq_idx" ON "AuditEvent"("actorId", "seq");
CREATE INDEX "AuditEvent_subjectId_seq_idx" ON "AuditEvent"("subjectId", "seq");
CREATE INDEX "AuditEvent_createdAt_idx" ON "AuditEvent"("createdAt");

-- Each event takes away up to ten that are older than 400 days: nothing else deletes any.
CREATE FUNCTION "forget_old_audit_events"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM "AuditEvent" WHERE "id" IN (
    SELECT "id" FROM "AuditEvent" WHERE "createdAt" < now() - interval '400 days' ORDER BY "createdAt" LIMIT 10 FOR UPDATE SKIP LOCKED);
  RETURN NULL;
END
$$;

CREATE TRIGGER "AuditEvent_forget_old" AFTER INSERT ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION "forget_old_audit_events"();

-- What of the trail is about a person who has been anonymized, or was written from where they were; it can do nothing else.
CREATE FUNCTION "audit_without_person"(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "AuditEvent"
     SET "address" = CASE WHEN "actorId" = person OR "actorType" = 'UNKNOWN' THEN NULL ELSE "address" END,
         "details" = CASE WHEN "subjectId" = person THEN "details" #- '{changes,email}' #- '{changes,name}' ELSE "details" END
   WHERE ("actorId" = person OR "subjectId" = person)
     AND EXISTS (SELECT FROM "User" WHERE "id" = person AND "anonymizedAt" IS NOT NULL)
$$;
