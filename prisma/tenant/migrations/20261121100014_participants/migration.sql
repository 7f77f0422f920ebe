-- Who follows a ticket, or was let into it, beside its author and its assignee.
CREATE TYPE "ParticipantRole" AS ENUM ('FOLLOWER', 'CC');

CREATE TABLE "TicketParticipant" (
    "ticketId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "ParticipantRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TicketParticipant_pkey" PRIMARY KEY ("ticketId", "userId")
);

CREATE INDEX "TicketParticipant_userId_ticketId_idx" ON "TicketParticipant"("userId", "ticketId");

ALTER TABLE "TicketParticipant" ADD CONSTRAINT "TicketParticipant_ticketId_fkey" FOREIGN KEY ("ticketId") REFERENCES "Ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TicketParticipant" ADD CONSTRAINT "TicketParticipant_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
