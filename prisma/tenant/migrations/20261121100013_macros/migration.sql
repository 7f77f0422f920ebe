-- Canned replies with field changes: the whole staff's, or one person's own.
CREATE TABLE "Macro" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "name" TEXT NOT NULL,
    "nameKey" TEXT NOT NULL,
    "ownerId" UUID NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "reply" JSONB,
    "changes" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Macro_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Macro_ownerId_idx" ON "Macro"("ownerId");
CREATE INDEX "Macro_nameKey_id_idx" ON "Macro"("nameKey", "id");

ALTER TABLE "Macro" ADD CONSTRAINT "Macro_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
