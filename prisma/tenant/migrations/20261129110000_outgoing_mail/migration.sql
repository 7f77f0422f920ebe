-- compatible
-- Whether mails leave. A copy of a helpdesk begins without.
ALTER TABLE "Settings" ADD COLUMN "outgoingMail" BOOLEAN NOT NULL DEFAULT true;
