-- compatible
-- Mails that arrived. The row is there before the raw message is: `storedAt` is when that was stored whole, under the row's id. From
-- then on it is filed once: `contentKey` is the SHA-256 of its Message-ID and content, by which a second delivery is known.
CREATE TYPE "InboundMailStatus" AS ENUM ('RECEIVED', 'HELD', 'FILED', 'FAILED');
CREATE TYPE "MailVerdict" AS ENUM ('PASS', 'FAIL', 'NONE');
CREATE TABLE "InboundMail" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "status" "InboundMailStatus" NOT NULL DEFAULT 'RECEIVED',
  -- Why it is held or failed, or what else became of it than a ticket or a comment: a code.
  "reason" TEXT,
  "envelopeFrom" TEXT NOT NULL,
  "envelopeTo" TEXT[] NOT NULL,
  -- Null by HTTP.
  "clientAddress" TEXT,
  "clientName" TEXT,
  -- Whether a relay that we trust handed it in.
  "relayed" BOOLEAN NOT NULL DEFAULT false,
  "size" INTEGER NOT NULL,
  "sha256" BYTEA NOT NULL,
  "contentKey" BYTEA NOT NULL,
  "fromAddress" TEXT,
  -- From's address in lower case and the verdict: what is counted together.
  "senderKey" TEXT,
  "subject" TEXT,
  "authentication" "MailVerdict",
  -- An admin has let it through: no limit holds it any more.
  "released" BOOLEAN NOT NULL DEFAULT false,
  "senderId" UUID REFERENCES "User" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "ticketId" UUID REFERENCES "Ticket" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "commentId" UUID REFERENCES "Comment" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "storedAt" TIMESTAMPTZ(3),
  "filedAt" TIMESTAMPTZ(3),
  -- When the raw message was given up.
  "rawRemovedAt" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "InboundMail_content" ON "InboundMail" ("contentKey") WHERE "storedAt" IS NOT NULL;
CREATE INDEX "InboundMail_due" ON "InboundMail" ("dueAt", "id") WHERE "status" = 'RECEIVED' AND "storedAt" IS NOT NULL;
CREATE INDEX "InboundMail_unstored" ON "InboundMail" ("createdAt") WHERE "storedAt" IS NULL;
CREATE INDEX "InboundMail_status_id_idx" ON "InboundMail" ("status", "id");
CREATE INDEX "InboundMail_senderId_createdAt_idx" ON "InboundMail" ("senderId", "createdAt");
CREATE INDEX "InboundMail_senderKey_createdAt_idx" ON "InboundMail" ("senderKey", "createdAt");
CREATE INDEX "InboundMail_ticketId_idx" ON "InboundMail" ("ticketId");
CREATE INDEX "InboundMail_commentId_idx" ON "InboundMail" ("commentId");
CREATE INDEX "InboundMail_rawRemovedAt_createdAt_idx" ON "InboundMail" ("rawRemovedAt", "createdAt");

-- What a mail said that became a comment, or opened its ticket (`commentId` is null).
ALTER TABLE "MailMessage"
  ADD COLUMN "inboundMailId" UUID REFERENCES "InboundMail" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  ADD COLUMN "fromAddress" TEXT,
  ADD COLUMN "subject" TEXT,
  ADD COLUMN "authentication" "MailVerdict",
  ADD COLUMN "verified" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "bodyHtml" TEXT,
  ADD COLUMN "quoted" TEXT;
CREATE INDEX "MailMessage_inboundMailId_idx" ON "MailMessage" ("inboundMailId");

-- Files of the message that opened a ticket; `raw` is that message itself, for the staff, whose bytes InboundMail counts.
ALTER TABLE "Attachment"
  ADD COLUMN "openingOfId" UUID REFERENCES "Ticket" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  ADD COLUMN "inline" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "raw" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "Attachment_openingOfId_idx" ON "Attachment" ("openingOfId");

CREATE OR REPLACE FUNCTION "stored_bytes"("file" "Attachment") RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN ("file")."storedAt" IS NULL OR ("file")."removedAt" IS NOT NULL OR ("file")."raw" THEN 0
              ELSE coalesce(("file")."size", 0) END;
CREATE FUNCTION "stored_bytes"("mail" "InboundMail") RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN ("mail")."storedAt" IS NULL OR ("mail")."rawRemovedAt" IS NOT NULL THEN 0 ELSE ("mail")."size" END;
CREATE TRIGGER "InboundMail_storage" AFTER INSERT OR DELETE OR UPDATE OF "size", "storedAt", "rawRemovedAt" ON "InboundMail"
  FOR EACH ROW EXECUTE FUNCTION "count_storage"();

-- Whoever gives up the file gives up the message: both are the same bytes.
CREATE FUNCTION "give_up_raw_mail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "InboundMail" SET "rawRemovedAt" = coalesce("rawRemovedAt", NEW."removedAt") WHERE "id" = NEW."id";
  RETURN NULL;
END $$;
CREATE TRIGGER "Attachment_raw_mail" AFTER UPDATE OF "removedAt" ON "Attachment"
  FOR EACH ROW WHEN (NEW."raw" AND OLD."removedAt" IS NULL AND NEW."removedAt" IS NOT NULL)
  EXECUTE FUNCTION "give_up_raw_mail"();

ALTER TABLE "Settings"
  -- Whether unknown senders become customers.
  ADD COLUMN "mailSignUp" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "rawMailDays" INTEGER NOT NULL DEFAULT 90;
