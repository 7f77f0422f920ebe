-- A requester's former addresses find their tickets too, and those of accounts that were joined with theirs. They stand in a row of
-- their own, whose source is the requester, for the staff alone: customers are not told of them.
CREATE OR REPLACE FUNCTION "search_put_requester"(ticket uuid, author uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  person record;
BEGIN
  -- Whoever renames this person waits, or has done it. The staff's addresses are not for customers.
  SELECT u."name" || ' ' || u."email" AS "called", u."role" <> 'CUSTOMER' AS "staff", array_to_string(u."addresses", ' ') AS "former"
    INTO person FROM "User" u WHERE u."id" = author FOR SHARE;
  PERFORM "search_put"(ticket, 'REQUESTER', ticket, person."staff", person."called");
  IF person."former" <> '' THEN
    PERFORM "search_put"(ticket, 'REQUESTER', author, true, person."former");
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION "search_ticket_written"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  made boolean := TG_OP = 'INSERT';
BEGIN
  IF made OR OLD."title" <> NEW."title" THEN
    PERFORM "search_put"(NEW."id", 'TITLE', NEW."id", false, NEW."title", '''#' || NEW."number" || '''');
  END IF;
  IF made OR OLD."description" <> NEW."description" THEN
    PERFORM "search_put"(NEW."id", 'DESCRIPTION', NEW."id", false, NEW."description");
  END IF;
  IF (made AND NEW."tags" <> '{}') OR OLD."tags" <> NEW."tags" THEN
    PERFORM "search_put"(NEW."id", 'TAGS', NEW."id", true, array_to_string(NEW."tags", ' '));
  END IF;
  IF made OR OLD."authorId" <> NEW."authorId" THEN
    IF NOT made THEN PERFORM "search_forget"(NEW."id", 'REQUESTER', OLD."authorId"); END IF;
    PERFORM "search_put_requester"(NEW."id", NEW."authorId");
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION "search_user_renamed"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF (OLD."name", OLD."email", OLD."role") IS DISTINCT FROM (NEW."name", NEW."email", NEW."role") THEN
    PERFORM "search_put"(t."id", 'REQUESTER', t."id", NEW."role" <> 'CUSTOMER', NEW."name" || ' ' || NEW."email")
       FROM (SELECT "id" FROM "Ticket" WHERE "authorId" = NEW."id" ORDER BY "id") t;
  END IF;
  IF OLD."addresses" IS DISTINCT FROM NEW."addresses" THEN
    PERFORM "search_put"(t."id", 'REQUESTER', NEW."id", true, array_to_string(NEW."addresses", ' '))
       FROM (SELECT "id" FROM "Ticket" WHERE "authorId" = NEW."id" ORDER BY "id") t;
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER "User_search_change" ON "User";
CREATE TRIGGER "User_search_change" AFTER UPDATE OF "name", "email", "role", "addresses" ON "User" FOR EACH ROW
  WHEN ((OLD."name", OLD."email", OLD."role", OLD."addresses") IS DISTINCT FROM (NEW."name", NEW."email", NEW."role", NEW."addresses"))
  EXECUTE FUNCTION "search_user_renamed"();

SELECT "search_put"(t."id", 'REQUESTER', u."id", true, array_to_string(u."addresses", ' '))
  FROM "User" u JOIN "Ticket" t ON t."authorId" = u."id" WHERE u."addresses" <> '{}' ORDER BY t."id";
