-- Mailboxes, and by what a mail finds its ticket. `address` is null for support@<slug>.<MAIL_DOMAIN>, which every helpdesk has.
CREATE TABLE "Mailbox" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "address" TEXT,
  "addressKey" TEXT,
  -- Null: the helpdesk's name.
  "name" TEXT,
  "groupId" UUID REFERENCES "Group" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "isDefault" BOOLEAN NOT NULL DEFAULT false,
  "signature" TEXT,
  "autoReply" BOOLEAN NOT NULL DEFAULT false,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "Mailbox_addressKey_key" ON "Mailbox" ("addressKey");
CREATE INDEX "Mailbox_groupId_idx" ON "Mailbox" ("groupId");
CREATE UNIQUE INDEX "Mailbox_without_address" ON "Mailbox" (("address" IS NULL)) WHERE "address" IS NULL;
CREATE UNIQUE INDEX "Mailbox_default" ON "Mailbox" ("isDefault") WHERE "isDefault";
INSERT INTO "Mailbox" ("isDefault") VALUES (true);
-- New helpdesks are copies of one template: each gives its mailbox an id of its own, before it has anything else.
CREATE FUNCTION "name_first_mailbox"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "Mailbox" SET "id" = uuidv7(), "createdAt" = now(), "updatedAt" = now() WHERE NOT EXISTS (SELECT FROM "User");
  RETURN NULL;
END $$;
CREATE TRIGGER "TenantIdentity_mailbox" AFTER INSERT ON "TenantIdentity" FOR EACH ROW EXECUTE FUNCTION "name_first_mailbox"();

-- A reply address that a person was told, for a ticket; `tokenHash` is the SHA-256 of its token.
CREATE TABLE "ReplyToken" (
  "tokenHash" BYTEA PRIMARY KEY,
  "ticketId" UUID NOT NULL REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" UUID NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE INDEX "ReplyToken_ticketId_userId_idx" ON "ReplyToken" ("ticketId", "userId");
CREATE INDEX "ReplyToken_userId_idx" ON "ReplyToken" ("userId");

-- Mails that reached a ticket, in the order of their filing. `messageId` is as its sender wrote it, without the angle brackets.
CREATE TABLE "MailMessage" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "ticketId" UUID NOT NULL REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "commentId" UUID REFERENCES "Comment" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "mailboxId" UUID REFERENCES "Mailbox" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "messageId" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE INDEX "MailMessage_ticketId_id_idx" ON "MailMessage" ("ticketId", "id");
CREATE INDEX "MailMessage_commentId_idx" ON "MailMessage" ("commentId");
CREATE INDEX "MailMessage_mailboxId_idx" ON "MailMessage" ("mailboxId");

-- Mails that leave: what for, to whom, and what became of them. `dueAt` is when it is tried (again); `bounceHash` is the SHA-256 of
-- the token in its envelope sender. A sealed secret is what only this mail may hold, until it is sent.
CREATE TYPE "MailKind" AS ENUM ('REPLY', 'RECEIVED', 'CLOSED', 'INVITATION', 'PASSWORD_RESET', 'NOTIFICATION', 'ADDRESS_CODE', 'TEST');
CREATE TYPE "MailStatus" AS ENUM ('QUEUED', 'SENT', 'FAILED');
CREATE TABLE "MailDelivery" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "kind" "MailKind" NOT NULL,
  "ticketId" UUID REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "commentId" UUID REFERENCES "Comment" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" UUID REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "mailboxId" UUID REFERENCES "Mailbox" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "address" TEXT NOT NULL,
  "status" "MailStatus" NOT NULL DEFAULT 'QUEUED',
  "code" TEXT,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "triedAt" TIMESTAMPTZ(3),
  "bounceHash" BYTEA,
  "sealedSecret" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "MailDelivery_bounceHash_key" ON "MailDelivery" ("bounceHash");
CREATE INDEX "MailDelivery_ticketId_id_idx" ON "MailDelivery" ("ticketId", "id");
CREATE INDEX "MailDelivery_commentId_idx" ON "MailDelivery" ("commentId");
CREATE INDEX "MailDelivery_userId_idx" ON "MailDelivery" ("userId");
CREATE INDEX "MailDelivery_mailboxId_idx" ON "MailDelivery" ("mailboxId");
CREATE INDEX "MailDelivery_triedAt_idx" ON "MailDelivery" ("triedAt");
CREATE INDEX "MailDelivery_due" ON "MailDelivery" ("dueAt", "id") WHERE "status" = 'QUEUED';

-- Addresses to which nothing leaves any more: a mail to them came back for good.
CREATE TABLE "UndeliverableAddress" (
  "addressKey" TEXT PRIMARY KEY,
  "code" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
