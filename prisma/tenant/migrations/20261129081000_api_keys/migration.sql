-- compatible
-- Keys for programs. Each acts as a service user, which is no account: it is in no list, and DISABLED, so that it cannot sign in, be
-- assigned or count as an admin.
ALTER TABLE "User" ADD COLUMN "service" BOOLEAN NOT NULL DEFAULT false;
CREATE TABLE "ApiKey" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "userId" UUID NOT NULL REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "createdById" UUID NOT NULL REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "scopes" TEXT[] NOT NULL,
  -- SHA-256 of the key.
  "keyHash" BYTEA NOT NULL,
  "hint" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "lastUsedAt" TIMESTAMPTZ(3),
  "expiresAt" TIMESTAMPTZ(3),
  "revokedAt" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "ApiKey_userId_key" ON "ApiKey" ("userId");
CREATE UNIQUE INDEX "ApiKey_keyHash_key" ON "ApiKey" ("keyHash");
CREATE INDEX "ApiKey_createdById_idx" ON "ApiKey" ("createdById");
