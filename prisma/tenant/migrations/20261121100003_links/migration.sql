-- How tickets belong together. RELATED goes both ways and is kept once, from the older ticket to the newer one.
CREATE TYPE "TicketLinkType" AS ENUM ('RELATED', 'DUPLICATE_OF', 'BLOCKS');

CREATE TABLE "TicketLink" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "type" "TicketLinkType" NOT NULL,
    "fromId" UUID NOT NULL,
    "toId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TicketLink_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "TicketLink_fromId_toId_type_key" ON "TicketLink"("fromId", "toId", "type");
CREATE INDEX "TicketLink_toId_idx" ON "TicketLink"("toId");

ALTER TABLE "TicketLink" ADD CONSTRAINT "TicketLink_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "Ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TicketLink" ADD CONSTRAINT "TicketLink_toId_fkey" FOREIGN KEY ("toId") REFERENCES "Ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;
