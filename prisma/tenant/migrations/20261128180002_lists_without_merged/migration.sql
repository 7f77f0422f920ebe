-- Lists sorted by when tickets were resolved.
CREATE INDEX "Ticket_resolvedAt_idx" ON "Ticket" ("resolvedAt", "id") WHERE "deletedAt" IS NULL;

-- Lists leave merged tickets out unless they are asked for: with the column in the indexes by which tickets are counted, counting
-- reads no ticket, either way. The former ones serve until these are there.
CREATE INDEX "Ticket_updatedAt_new_idx" ON "Ticket" ("updatedAt", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_priority_new_idx" ON "Ticket" ("priority", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_status_new_idx" ON "Ticket" ("status", "updatedAt", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_assignedTo_new_idx" ON "Ticket" ("assignedToId", "updatedAt", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_group_new_idx" ON "Ticket" ("groupId", "updatedAt", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
CREATE INDEX "Ticket_author_new_idx" ON "Ticket" ("authorId", "updatedAt", "id") INCLUDE ("mergedIntoId") WHERE "deletedAt" IS NULL;
DROP INDEX "Ticket_updatedAt_idx", "Ticket_priority_idx", "Ticket_status_idx", "Ticket_assignedTo_idx", "Ticket_group_idx", "Ticket_author_idx";
ALTER INDEX "Ticket_updatedAt_new_idx" RENAME TO "Ticket_updatedAt_idx";
ALTER INDEX "Ticket_priority_new_idx" RENAME TO "Ticket_priority_idx";
ALTER INDEX "Ticket_status_new_idx" RENAME TO "Ticket_status_idx";
ALTER INDEX "Ticket_assignedTo_new_idx" RENAME TO "Ticket_assignedTo_idx";
ALTER INDEX "Ticket_group_new_idx" RENAME TO "Ticket_group_idx";
ALTER INDEX "Ticket_author_new_idx" RENAME TO "Ticket_author_idx";
