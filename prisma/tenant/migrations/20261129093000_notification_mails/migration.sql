-- compatible
-- A mail that tells of a notification is gone with it.
ALTER TABLE "MailDelivery"
  ADD COLUMN "notificationId" UUID REFERENCES "Notification" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "MailDelivery_notificationId_idx" ON "MailDelivery" ("notificationId");
