-- From where users sign in: failures from elsewhere do not lock them out there.
CREATE TABLE "KnownAddress" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "userId" UUID NOT NULL,
    "addressHash" BYTEA NOT NULL,
    "lastSignedInAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "KnownAddress_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "KnownAddress_userId_addressHash_key" ON "KnownAddress"("userId", "addressHash");

ALTER TABLE "KnownAddress" ADD CONSTRAINT "KnownAddress_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
