-- The encryption keys that sealed, in the order in which they came: which one seals everything, and which are used no more.
CREATE TABLE "EncryptionKey" (
    "id" TEXT NOT NULL,
    "sealingSince" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "EncryptionKey_pkey" PRIMARY KEY ("id")
);
