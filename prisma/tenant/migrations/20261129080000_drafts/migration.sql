-- compatible
-- What somebody is writing to a ticket: one for each user and ticket, seen by that user alone.
CREATE TABLE "Draft" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "userId" UUID NOT NULL,
    "ticketId" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "visibility" "CommentVisibility" NOT NULL,
    -- Files of that user; one that was deleted meanwhile, or that a comment has taken, is passed over.
    "attachmentIds" UUID[] NOT NULL DEFAULT '{}',
    "macroId" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "Draft_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Draft_userId_ticketId_key" ON "Draft" ("userId", "ticketId");
CREATE INDEX "Draft_ticketId_idx" ON "Draft" ("ticketId");
CREATE INDEX "Draft_macroId_idx" ON "Draft" ("macroId");
ALTER TABLE "Draft" ADD CONSTRAINT "Draft_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Draft" ADD CONSTRAINT "Draft_ticketId_fkey"
  FOREIGN KEY ("ticketId") REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Draft" ADD CONSTRAINT "Draft_macroId_fkey"
  FOREIGN KEY ("macroId") REFERENCES "Macro" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
