-- Mails to postmaster and abuse, for whoever operates the installation. `contentKey` is a hash of the message: one that is delivered twice is
-- stored once.
CREATE TABLE "OperatorMail" (
  "id" UUID PRIMARY KEY DEFAULT uuidv7(),
  "contentKey" BYTEA NOT NULL,
  "recipient" TEXT NOT NULL,
  "envelopeFrom" TEXT NOT NULL,
  "clientAddress" TEXT,
  "fromAddress" TEXT,
  "subject" TEXT,
  "size" INTEGER NOT NULL,
  "raw" BYTEA NOT NULL,
  "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "readAt" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "OperatorMail_contentKey_key" ON "OperatorMail" ("contentKey");
CREATE INDEX "OperatorMail_receivedAt_id_idx" ON "OperatorMail" ("receivedAt", "id");
CREATE INDEX "OperatorMail_unread" ON "OperatorMail" ("receivedAt") WHERE "readAt" IS NULL;

-- Whether the mail is stored, now or before. False when there is no room: at most 1000 mails and 256 MiB, of which 20 an hour of one sender.
-- What was read thirty days ago goes first.
CREATE FUNCTION "catalog"."take_operator_mail"(content bytea, recipient text, sender text, client text, author text, about text, message bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('helpdeskly operator mails'));
  IF EXISTS (SELECT FROM public."OperatorMail" m WHERE m."contentKey" = content) THEN RETURN true; END IF;
  DELETE FROM public."OperatorMail" m WHERE m."readAt" < now() - interval '30 days';
  IF (SELECT count(*) >= 1000 OR coalesce(sum(m."size"), 0) + length(message) > 268435456 FROM public."OperatorMail" m) THEN RETURN false; END IF;
  IF (SELECT count(*) >= 20 FROM public."OperatorMail" m
       WHERE m."receivedAt" > now() - interval '1 hour' AND coalesce(m."clientAddress", m."envelopeFrom") = coalesce(client, sender)) THEN
    RETURN false;
  END IF;
  INSERT INTO public."OperatorMail" ("contentKey", "recipient", "envelopeFrom", "clientAddress", "fromAddress", "subject", "size", "raw")
  VALUES (content, recipient, sender, client, author, about, length(message), message);
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION "catalog"."take_operator_mail"(bytea, text, text, text, text, text, bytea) FROM PUBLIC;
