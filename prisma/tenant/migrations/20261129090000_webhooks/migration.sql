-- compatible
-- Programs that are told of events of tickets. `position` is how far in the feed their deliveries were made; secrets are sealed.
CREATE TYPE "WebhookDisabledReason" AS ENUM ('GONE', 'FAILING');
CREATE TABLE "Webhook" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "url" TEXT NOT NULL,
  "events" TEXT[] NOT NULL,
  "description" TEXT,
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "enabledAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "disabledReason" "WebhookDisabledReason",
  "sealedSecret" TEXT NOT NULL,
  -- The secret before it, and how long that signs too.
  "formerSecret" TEXT,
  "formerUntil" TIMESTAMPTZ(3),
  "position" BIGINT NOT NULL,
  -- Attempts that failed since the last one that did not, and since when.
  "failureCount" INTEGER NOT NULL DEFAULT 0,
  "failingSince" TIMESTAMPTZ(3),
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

-- One event for one webhook; without an event, a test. The body is not kept: it follows from the event. `claimedUntil` is until when the
-- process that sends it now may be believed to live.
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');
CREATE TABLE "WebhookDelivery" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "webhookId" UUID NOT NULL REFERENCES "Webhook" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "ticketId" UUID REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "eventId" UUID REFERENCES "TicketEvent" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "type" TEXT NOT NULL,
  "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "claimedUntil" TIMESTAMPTZ(3),
  "firstTriedAt" TIMESTAMPTZ(3),
  "triedAt" TIMESTAMPTZ(3),
  "failure" TEXT,
  "responseStatus" INTEGER,
  "responseBody" TEXT,
  "durationMs" INTEGER,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "WebhookDelivery_webhookId_eventId_key" ON "WebhookDelivery" ("webhookId", "eventId");
CREATE INDEX "WebhookDelivery_webhookId_id_idx" ON "WebhookDelivery" ("webhookId", "id");
CREATE INDEX "WebhookDelivery_ticketId_idx" ON "WebhookDelivery" ("ticketId");
CREATE INDEX "WebhookDelivery_eventId_idx" ON "WebhookDelivery" ("eventId");
CREATE INDEX "WebhookDelivery_createdAt_idx" ON "WebhookDelivery" ("createdAt");
CREATE INDEX "WebhookDelivery_due" ON "WebhookDelivery" ("webhookId", "dueAt", "id") WHERE "status" = 'PENDING';
CREATE INDEX "WebhookDelivery_ahead" ON "WebhookDelivery" ("webhookId", "ticketId", "id") WHERE "status" = 'PENDING';
