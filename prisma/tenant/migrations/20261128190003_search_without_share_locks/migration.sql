-- A ticket's requester is indexed without a share lock on that user, which everything else that is written of the user (status, version,
-- sessions) waited for, and which was taken on top of the key share lock of the foreign key: two such steps deadlock with a
-- change of the address, whose lock is the strongest. The key share lock is enough when whoever renames somebody takes that strongest
-- lock, too: it waits for tickets under way and sees them then, and tickets that come meanwhile wait for the new name.
CREATE FUNCTION "search_user_renaming"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "User" WHERE "id" = OLD."id" FOR UPDATE;
  RETURN NEW;
END
$$;

CREATE TRIGGER "User_search_lock" BEFORE UPDATE OF "name", "email", "role", "addresses" ON "User" FOR EACH ROW
  WHEN ((OLD."name", OLD."email", OLD."role", OLD."addresses") IS DISTINCT FROM (NEW."name", NEW."email", NEW."role", NEW."addresses"))
  EXECUTE FUNCTION "search_user_renaming"();

CREATE OR REPLACE FUNCTION "search_put_requester"(ticket uuid, author uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  person record;
BEGIN
  -- The staff's addresses are not for customers.
  SELECT u."name" || ' ' || u."email" AS "called", u."role" <> 'CUSTOMER' AS "staff", array_to_string(u."addresses", ' ') AS "former"
    INTO person FROM "User" u WHERE u."id" = author FOR KEY SHARE;
  PERFORM "search_put"(ticket, 'REQUESTER', ticket, person."staff", person."called");
  IF person."former" <> '' THEN
    PERFORM "search_put"(ticket, 'REQUESTER', author, true, person."former");
  END IF;
END
$$;

-- Nobody renames the author before while the ticket goes over to another: the old one's name would come back into it.
CREATE FUNCTION "search_author_changing"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "User" WHERE "id" IN (OLD."authorId", NEW."authorId") ORDER BY "id" FOR KEY SHARE;
  RETURN NEW;
END
$$;

CREATE TRIGGER "Ticket_author_search" BEFORE UPDATE OF "authorId" ON "Ticket" FOR EACH ROW
  WHEN (OLD."authorId" <> NEW."authorId") EXECUTE FUNCTION "search_author_changing"();
