-- compatible
-- The code that was sent to an address of the helpdesk's own, until its mailbox is verified: an HMAC of it, how often it was guessed at, and
-- how many were sent since when.
CREATE TABLE "MailboxCode" (
  "mailboxId" UUID PRIMARY KEY REFERENCES "Mailbox" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "codeHash" BYTEA NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  "guesses" INTEGER NOT NULL DEFAULT 0,
  "sent" INTEGER NOT NULL DEFAULT 1,
  "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "sentSince" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

-- The key pair by which mails from addresses of a domain of the helpdesk's own are signed (DKIM). `seen` is whether the DNS last had its
-- record.
CREATE TABLE "MailDomainKey" (
  "domain" TEXT PRIMARY KEY,
  "selector" TEXT NOT NULL,
  "publicKey" TEXT NOT NULL,
  "sealedSecret" TEXT NOT NULL,
  "seen" BOOLEAN NOT NULL DEFAULT false,
  "checkedAt" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
