-- Operators recognise their sessions by where and with what they were opened.
ALTER TABLE "OperatorSession" ADD COLUMN "address" TEXT, ADD COLUMN "userAgent" TEXT,
  -- A browser keeps the refresh token in a cookie, which its tabs share.
  ADD COLUMN "inCookie" BOOLEAN NOT NULL DEFAULT false;
