-- What needs an operator now, and what did until lately. `order` puts open incidents before resolved ones, the newest first.
CREATE TABLE "Incident" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "tenantSlug" TEXT,
    "serverId" UUID,
    "message" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3),
    "order" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Incident_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Incident_open_key" ON "Incident"("kind", "subject") WHERE "resolvedAt" IS NULL;
CREATE INDEX "Incident_order_id_idx" ON "Incident"("order", "id");
CREATE INDEX "Incident_resolvedAt_idx" ON "Incident"("resolvedAt");
