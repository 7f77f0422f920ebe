-- compatible
-- Tickets that staff says are spam, with what they were before: mails of their authors are held.
CREATE TABLE "SpamTicket" (
  "ticketId" UUID PRIMARY KEY REFERENCES "Ticket" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "status" "TicketStatus" NOT NULL,
  "resolvedAt" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
