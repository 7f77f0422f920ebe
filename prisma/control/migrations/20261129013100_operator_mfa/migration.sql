-- The second factor of operators. `totpSecret` is encrypted, the other secrets are SHA-256 hashes.
CREATE TABLE "OperatorTotp" (
  "operatorId" UUID PRIMARY KEY REFERENCES "Operator" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "totpSecret" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  -- Null until a code has shown that the app has the secret.
  "confirmedAt" TIMESTAMPTZ(3),
  -- The 30 seconds of the last code that was used: a code works once.
  "lastStep" BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE "OperatorRecoveryCode" (
  "codeHash" BYTEA PRIMARY KEY,
  "operatorId" UUID NOT NULL REFERENCES "Operator" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "usedAt" TIMESTAMPTZ(3)
);
CREATE INDEX "OperatorRecoveryCode_operatorId_idx" ON "OperatorRecoveryCode" ("operatorId");
-- A right password that waits for its second factor.
CREATE TABLE "OperatorMfaChallenge" (
  "tokenHash" BYTEA PRIMARY KEY,
  "operatorId" UUID NOT NULL REFERENCES "Operator" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tries" INTEGER NOT NULL DEFAULT 0,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL
);
CREATE INDEX "OperatorMfaChallenge_operatorId_idx" ON "OperatorMfaChallenge" ("operatorId");
