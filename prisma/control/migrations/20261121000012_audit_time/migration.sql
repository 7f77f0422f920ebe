-- When it was written, not when its transaction began: that one may have waited for a row since.
ALTER TABLE "AuditEvent" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();
