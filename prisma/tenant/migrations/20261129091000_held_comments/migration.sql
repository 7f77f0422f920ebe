-- compatible
-- Comments that are sent later: until then they are rows of this table alone, and their authors' own business.
CREATE TABLE "HeldComment" (
    -- The comment keeps it when it is sent.
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "seq" BIGSERIAL NOT NULL,
    -- Where it is shown to its author, and the ticket that its author named: another one if that was merged.
    "ticketId" UUID NOT NULL,
    "namedTicketId" UUID NOT NULL,
    "authorId" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "visibility" "CommentVisibility" NOT NULL,
    -- What becomes of the ticket in the same write.
    "edit" JSONB NOT NULL,
    -- Of the draft that it was, for when it is one again.
    "macroId" UUID,
    "draftVersion" INTEGER NOT NULL,
    "sendAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "HeldComment_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "HeldComment_seq_key" ON "HeldComment" ("seq");
CREATE INDEX "HeldComment_sendAt_idx" ON "HeldComment" ("sendAt");
CREATE INDEX "HeldComment_ticketId_authorId_idx" ON "HeldComment" ("ticketId", "authorId");
CREATE INDEX "HeldComment_namedTicketId_idx" ON "HeldComment" ("namedTicketId");
CREATE INDEX "HeldComment_authorId_idx" ON "HeldComment" ("authorId");
CREATE INDEX "HeldComment_macroId_idx" ON "HeldComment" ("macroId");
ALTER TABLE "HeldComment" ADD CONSTRAINT "HeldComment_ticketId_fkey"
  FOREIGN KEY ("ticketId") REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HeldComment" ADD CONSTRAINT "HeldComment_namedTicketId_fkey"
  FOREIGN KEY ("namedTicketId") REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HeldComment" ADD CONSTRAINT "HeldComment_authorId_fkey"
  FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HeldComment" ADD CONSTRAINT "HeldComment_macroId_fkey"
  FOREIGN KEY ("macroId") REFERENCES "Macro" ("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The held comment that has a file; nothing else takes the file then.
ALTER TABLE "Attachment" ADD COLUMN "heldCommentId" UUID;
CREATE INDEX "Attachment_heldCommentId_idx" ON "Attachment" ("heldCommentId");
ALTER TABLE "Attachment" ADD CONSTRAINT "Attachment_heldCommentId_fkey"
  FOREIGN KEY ("heldCommentId") REFERENCES "HeldComment" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
