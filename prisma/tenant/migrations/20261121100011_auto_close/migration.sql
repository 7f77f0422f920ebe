-- What is closed next, and when: resolved tickets, the oldest resolution first.
CREATE INDEX "Ticket_resolved_idx" ON "Ticket" ("resolvedAt", "id") WHERE "status" = 'RESOLVED' AND "deletedAt" IS NULL;
