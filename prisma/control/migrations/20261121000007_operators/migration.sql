-- Operators begin by an invitation when nobody gives them a password.
ALTER TYPE "OperatorStatus" ADD VALUE 'INVITED' BEFORE 'ACTIVE';

ALTER TABLE "Operator" ALTER COLUMN "passwordHash" DROP NOT NULL;

CREATE TABLE "OperatorInvitation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "operatorId" UUID NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OperatorInvitation_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "OperatorInvitation_tokenHash_key" ON "OperatorInvitation"("tokenHash");
CREATE INDEX "OperatorInvitation_operatorId_idx" ON "OperatorInvitation"("operatorId");
CREATE INDEX "Operator_createdAt_id_idx" ON "Operator"("createdAt", "id");
CREATE INDEX "ApiKey_createdById_idx" ON "ApiKey"("createdById");

ALTER TABLE "OperatorInvitation" ADD CONSTRAINT "OperatorInvitation_operatorId_fkey" FOREIGN KEY ("operatorId") REFERENCES "Operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
