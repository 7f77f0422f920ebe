-- The second factor of users. `totpSecret` is encrypted, the other secrets are SHA-256 hashes.
CREATE TABLE "UserTotp" (
  "userId" UUID PRIMARY KEY REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "totpSecret" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  -- Null until a code has shown that the app has the secret.
  "confirmedAt" TIMESTAMPTZ(3),
  -- The 30 seconds of the last code that was used: a code works once.
  "lastStep" BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE "RecoveryCode" (
  "codeHash" BYTEA PRIMARY KEY,
  "userId" UUID NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "usedAt" TIMESTAMPTZ(3)
);
CREATE INDEX "RecoveryCode_userId_idx" ON "RecoveryCode" ("userId");
-- A right password that waits for its second factor.
CREATE TABLE "MfaChallenge" (
  "tokenHash" BYTEA PRIMARY KEY,
  "userId" UUID NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tries" INTEGER NOT NULL DEFAULT 0,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL
);
CREATE INDEX "MfaChallenge_userId_idx" ON "MfaChallenge" ("userId");
-- Who must have one.
CREATE TYPE "MfaRequirement" AS ENUM ('NONE', 'STAFF');
ALTER TABLE "Settings" ADD COLUMN "mfaRequired" "MfaRequirement" NOT NULL DEFAULT 'NONE';
