-- The key pairs by which mails from addresses below MAIL_DOMAIN are signed (DKIM), the newest first. The private half is encrypted, the
-- public one is for the DNS, at <selector>._domainkey.<MAIL_DOMAIN>.
CREATE TABLE "MailKey" (
  "selector" TEXT PRIMARY KEY,
  "publicKey" TEXT NOT NULL,
  "privateSecret" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE VIEW "catalog"."mail_key" AS SELECT "selector", "publicKey", "privateSecret", "createdAt" FROM "MailKey";
