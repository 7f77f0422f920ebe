-- One index for each order in which tickets are listed, ids breaking ties, over those that are not deleted;
-- and one for each filter that agents and customers use all day, in the default order.
CREATE INDEX "Ticket_updatedAt_idx" ON "Ticket" ("updatedAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_createdAt_idx" ON "Ticket" ("createdAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_priority_idx" ON "Ticket" ("priority", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_status_idx" ON "Ticket" ("status", "updatedAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_assignedTo_idx" ON "Ticket" ("assignedToId", "updatedAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_author_idx" ON "Ticket" ("authorId", "updatedAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_tags_idx" ON "Ticket" USING GIN ("tags") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_deleted_idx" ON "Ticket" ("updatedAt", "id") WHERE "deletedAt" IS NOT NULL;
CREATE INDEX "Ticket_followUpOf_idx" ON "Ticket" ("followUpOfId") WHERE "followUpOfId" IS NOT NULL;
CREATE INDEX "Ticket_mergedInto_idx" ON "Ticket" ("mergedIntoId") WHERE "mergedIntoId" IS NOT NULL;
