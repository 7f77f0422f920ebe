-- Moves that operators cancel.
-- compatible
ALTER TYPE "MoveStatus" ADD VALUE 'CANCELLED';
ALTER TABLE "TenantMove" ADD COLUMN "cancelOrderedAt" TIMESTAMPTZ(3);
