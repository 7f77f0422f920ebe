-- Saved searches for tickets: the whole staff's, or one person's own.
CREATE TABLE "View" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "name" TEXT NOT NULL,
    "ownerId" UUID NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "position" DOUBLE PRECISION NOT NULL,
    "filters" JSONB NOT NULL,
    "sort" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "View_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "View_ownerId_idx" ON "View"("ownerId");

ALTER TABLE "View" ADD CONSTRAINT "View_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
