-- From where operators sign in: failures from elsewhere do not lock them out there.
CREATE TABLE "OperatorAddress" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "operatorId" UUID NOT NULL,
    "addressHash" BYTEA NOT NULL,
    "lastSignedInAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OperatorAddress_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "OperatorAddress_operatorId_addressHash_key" ON "OperatorAddress"("operatorId", "addressHash");

ALTER TABLE "OperatorAddress" ADD CONSTRAINT "OperatorAddress_operatorId_fkey"
  FOREIGN KEY ("operatorId") REFERENCES "Operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
