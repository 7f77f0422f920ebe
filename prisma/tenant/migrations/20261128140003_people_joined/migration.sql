-- Every address that belongs to a user, the present one too: unique regardless of case, over all of them, so that mail to a former
-- one finds its owner and nobody else can take it.
CREATE TABLE "UserAddress" (
    "addressKey" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UserAddress_pkey" PRIMARY KEY ("addressKey")
);

CREATE INDEX "UserAddress_userId_idx" ON "UserAddress" ("userId");
CREATE INDEX "UserAddress_address_trgm_idx" ON "UserAddress" USING GIN ("address" gin_trgm_ops);
ALTER TABLE "UserAddress" ADD CONSTRAINT "UserAddress_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What somebody was called before, former addresses, the latest last, and the account that this one was joined with.
ALTER TABLE "User"
    ADD COLUMN "formerNames" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "mergedIntoId" UUID;
ALTER TABLE "User" ADD CONSTRAINT "User_mergedIntoId_fkey" FOREIGN KEY ("mergedIntoId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "User_mergedInto_idx" ON "User" ("mergedIntoId") WHERE "mergedIntoId" IS NOT NULL;

INSERT INTO "UserAddress" ("addressKey", "address", "userId") SELECT "emailKey", "email", "id" FROM "User" WHERE "anonymizedAt" IS NULL;

-- Whoever writes a user, names and addresses are kept: an anonymized user has none, and what was joined with another left them there.
CREATE FUNCTION "user_past_kept"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."anonymizedAt" IS NOT NULL OR NEW."mergedIntoId" IS NOT NULL THEN RETURN NEW; END IF;
  IF NEW."name" <> OLD."name" THEN NEW."formerNames" := array_remove(NEW."formerNames", OLD."name") || OLD."name"; END IF;
  IF NEW."emailKey" <> OLD."emailKey" THEN
    NEW."addresses" := ARRAY(SELECT a FROM unnest(NEW."addresses" || OLD."email") WITH ORDINALITY u (a, n)
                              WHERE lower(a) <> NEW."emailKey" GROUP BY a ORDER BY max(n));
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION "user_address_kept"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."anonymizedAt" IS NOT NULL OR NEW."mergedIntoId" IS NOT NULL THEN RETURN NULL; END IF;
  INSERT INTO "UserAddress" AS a ("addressKey", "address", "userId") VALUES (NEW."emailKey", NEW."email", NEW."id")
  ON CONFLICT ("addressKey") DO UPDATE SET "address" = excluded."address" WHERE a."userId" = excluded."userId";
  IF NOT FOUND THEN
    RAISE unique_violation USING MESSAGE = 'another user has or had this address', TABLE = 'User', CONSTRAINT = 'User_emailKey_key';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "User_past_kept" BEFORE UPDATE OF "name", "emailKey" ON "User" FOR EACH ROW EXECUTE FUNCTION "user_past_kept"();
CREATE TRIGGER "User_address_kept" AFTER INSERT OR UPDATE OF "email", "emailKey" ON "User" FOR EACH ROW
  EXECUTE FUNCTION "user_address_kept"();

-- What an account writes at the moment in which it is joined with another belongs to that one: its lock is waited for here, and
-- then it is known.
CREATE FUNCTION "user_joined"(account uuid) RETURNS uuid LANGUAGE sql AS $$
  SELECT coalesce("mergedIntoId", "id") FROM "User" WHERE "id" = account FOR KEY SHARE
$$;

CREATE FUNCTION "ticket_of_joined"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."submittedById" := coalesce("user_joined"(NEW."submittedById"), NEW."submittedById");
  NEW."authorId" := CASE NEW."authorId" WHEN NEW."submittedById" THEN NEW."submittedById"
                                        ELSE coalesce("user_joined"(NEW."authorId"), NEW."authorId") END;
  RETURN NEW;
END
$$;

CREATE FUNCTION "comment_of_joined"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."authorId" := coalesce("user_joined"(NEW."authorId"), NEW."authorId");
  RETURN NEW;
END
$$;

CREATE FUNCTION "person_of_joined"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."userId" := coalesce("user_joined"(NEW."userId"), NEW."userId");
  RETURN NEW;
END
$$;

CREATE FUNCTION "file_of_joined"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."uploaderId" := coalesce("user_joined"(NEW."uploaderId"), NEW."uploaderId");
  RETURN NEW;
END
$$;

CREATE FUNCTION "event_of_joined"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- What the event tells of was written before it, and has waited.
  NEW."actorId" := coalesce((SELECT "mergedIntoId" FROM "User" WHERE "id" = NEW."actorId"), NEW."actorId");
  RETURN NEW;
END
$$;

CREATE TRIGGER "Ticket_of_joined" BEFORE INSERT OR UPDATE OF "authorId" ON "Ticket" FOR EACH ROW EXECUTE FUNCTION "ticket_of_joined"();
CREATE TRIGGER "Comment_of_joined" BEFORE INSERT ON "Comment" FOR EACH ROW EXECUTE FUNCTION "comment_of_joined"();
CREATE TRIGGER "TicketParticipant_of_joined" BEFORE INSERT ON "TicketParticipant" FOR EACH ROW EXECUTE FUNCTION "person_of_joined"();
CREATE TRIGGER "Attachment_of_joined" BEFORE INSERT ON "Attachment" FOR EACH ROW EXECUTE FUNCTION "file_of_joined"();
CREATE TRIGGER "TicketEvent_of_joined" BEFORE INSERT ON "TicketEvent" FOR EACH ROW EXECUTE FUNCTION "event_of_joined"();

-- Tenants' login roles may not change what the history of a ticket says. This gives the events of an account that was joined with
-- another to that one, and can do nothing else.
CREATE FUNCTION "events_of_joined"(account uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE "TicketEvent" e SET "actorId" = u."mergedIntoId"
    FROM "User" u WHERE u."id" = account AND u."mergedIntoId" IS NOT NULL AND e."actorId" = account
$$;
