-- People recognise their sessions by where and with what they were opened.
ALTER TABLE "Session" ADD COLUMN "address" TEXT, ADD COLUMN "userAgent" TEXT;
