-- compatible
-- What a helpdesk writes in mails in place of our own words, in one language each.
CREATE TYPE "MailTemplateName" AS ENUM ('RECEIVED', 'REPLY', 'CLOSED');
CREATE TABLE "MailTemplate" (
  "name" "MailTemplateName" NOT NULL,
  "language" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "footer" TEXT,
  "version" INTEGER NOT NULL DEFAULT 1,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("name", "language")
);
-- Whether a closed ticket is told of by mail.
ALTER TABLE "Settings" ADD COLUMN "closedMail" BOOLEAN NOT NULL DEFAULT false;
