-- compatible
-- What a person is told of. The row holds ids alone: what tickets and people are called is read when it is shown.
CREATE TYPE "NotificationKind" AS ENUM (
  'ASSIGNED',
  'GROUP_ASSIGNED',
  'MENTIONED',
  'REPLIED',
  'DELIVERY_FAILED',
  'SEND_FAILED',
  'MAIL_HELD',
  'WEBHOOK_DISABLED',
  'SECURITY'
);

CREATE TABLE "Notification" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "userId" UUID NOT NULL,
    "kind" "NotificationKind" NOT NULL,
    "ticketId" UUID,
    "commentId" UUID,
    -- Null for the system.
    "actorId" UUID,
    "details" JSONB NOT NULL DEFAULT '{}',
    -- What its person had chosen for the kind when it was written.
    "inApp" BOOLEAN NOT NULL,
    "mail" BOOLEAN NOT NULL,
    "readAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "Notification_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Notification_userId_id_idx" ON "Notification" ("userId", "id");
CREATE INDEX "Notification_createdAt_idx" ON "Notification" ("createdAt");
CREATE INDEX "Notification_ticketId_idx" ON "Notification" ("ticketId");
CREATE INDEX "Notification_commentId_idx" ON "Notification" ("commentId");
CREATE INDEX "Notification_actorId_idx" ON "Notification" ("actorId");
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_ticketId_fkey"
  FOREIGN KEY ("ticketId") REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_commentId_fkey"
  FOREIGN KEY ("commentId") REFERENCES "Comment" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_actorId_fkey"
  FOREIGN KEY ("actorId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What somebody changed: { kind: { inApp, mail } }. Whatever is not there is on.
CREATE TABLE "NotificationPreferences" (
    "userId" UUID NOT NULL,
    "chosen" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "NotificationPreferences_pkey" PRIMARY KEY ("userId")
);
ALTER TABLE "NotificationPreferences" ADD CONSTRAINT "NotificationPreferences_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
