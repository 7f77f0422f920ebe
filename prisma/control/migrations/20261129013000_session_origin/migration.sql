-- Operators recognise their sessions by where and with what they were opened.
ALTER TABLE "OperatorSession" ADD COLUMN "address" TEXT, ADD COLUMN "userAgent" TEXT;
