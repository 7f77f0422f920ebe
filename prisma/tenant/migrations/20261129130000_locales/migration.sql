-- compatible
-- The language (BCP 47) and the IANA time zone in which somebody reads mail. Null: as the helpdesk's settings say.
ALTER TABLE "User"
  ADD COLUMN "locale" TEXT,
  ADD COLUMN "timeZone" TEXT;
ALTER TABLE "Settings"
  ADD COLUMN "locale" TEXT NOT NULL DEFAULT 'en',
  ADD COLUMN "timeZone" TEXT NOT NULL DEFAULT 'UTC';
