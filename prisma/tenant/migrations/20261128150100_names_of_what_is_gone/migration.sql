-- What groups and organizations were called when an event named them, by their ids.
ALTER TABLE "TicketEvent" ADD COLUMN "names" JSONB;

-- What a group or an organization was called that was deleted: macros and views may still name it.
CREATE TABLE "DeletedName" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "deletedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DeletedName_pkey" PRIMARY KEY ("id")
);
