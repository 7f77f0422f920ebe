-- A ticket keeps the organization in which it was opened, and has a version and a time of its last write for customers, which
-- move when they see something of the write. An `internal` ticket was made of internal comments alone.
ALTER TABLE "Ticket"
    ADD COLUMN "organizationId" UUID,
    ADD COLUMN "internal" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "publicVersion" INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN "publicUpdatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

UPDATE "Ticket" t
   SET "organizationId" = u."organizationId", "publicVersion" = t."version", "publicUpdatedAt" = t."updatedAt"
  FROM "User" u WHERE u."id" = t."authorId";

-- Events of nothing but what customers do not see.
UPDATE "TicketEvent" SET "internal" = true
 WHERE "type" = 'UPDATED' AND NOT "internal" AND "changes" <> '{}' AND "changes" - '{priority,tags}'::text[] = '{}';

ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX "Ticket_publicUpdatedAt_idx" ON "Ticket" ("publicUpdatedAt", "id") WHERE "deletedAt" IS NULL;
-- Also of those that are deleted: an organization that goes is taken out of them.
CREATE INDEX "Ticket_organization_idx" ON "Ticket" ("organizationId", "updatedAt", "id") WHERE "organizationId" IS NOT NULL;
