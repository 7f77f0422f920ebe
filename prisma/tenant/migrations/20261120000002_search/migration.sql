-- Full-text search reads one row for each ticket, so that `-word` also excludes tickets whose comments hold the word.
-- `visible` is what a customer may find (title, description, public comments), `everything` adds internal comments.

-- The one place that names the text search configuration. A text past tsvector's limit of 1 MiB is indexed by its beginning.
CREATE FUNCTION "search_vector"(content text, weight "char") RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN setweight(to_tsvector('pg_catalog.english', content), weight);
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN setweight(to_tsvector('pg_catalog.english', left(content, 100000)), weight);
END
$$;

-- Words, "phrases", or, -without: as people type them.
CREATE FUNCTION "search_query"(query text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT websearch_to_tsquery('pg_catalog.english', query)
$$;

CREATE FUNCTION "search_rebuild"(ticket uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part record;
  visible tsvector;
  everything tsvector;
BEGIN
  SELECT "search_vector"(t."title", 'A') || "search_vector"(t."description", 'B') INTO visible FROM "Ticket" t WHERE t."id" = ticket;
  IF NOT FOUND THEN RETURN; END IF;
  everything := visible;
  BEGIN
    FOR part IN SELECT c."visibility", "search_vector"(c."body", 'C') AS vector FROM "Comment" c WHERE c."ticketId" = ticket ORDER BY c."seq" LOOP
      everything := everything || part.vector;
      IF part."visibility" = 'PUBLIC' THEN visible := visible || part.vector; END IF;
    END LOOP;
  EXCEPTION WHEN program_limit_exceeded THEN
    NULL; -- The oldest megabyte of a conversation stays searchable.
  END;
  INSERT INTO "TicketSearch" ("ticketId", "visible", "everything") VALUES (ticket, visible, everything)
  ON CONFLICT ("ticketId") DO UPDATE SET "visible" = excluded."visible", "everything" = excluded."everything";
END
$$;

CREATE FUNCTION "search_ticket_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "TicketSearch" ("ticketId", "visible", "everything")
    SELECT NEW."id", v, v FROM (SELECT "search_vector"(NEW."title", 'A') || "search_vector"(NEW."description", 'B') AS v) AS vector;
  ELSE
    PERFORM "search_rebuild"(NEW."id");
  END IF;
  RETURN NULL;
END
$$;

-- A new comment is appended: rebuilding would read the whole conversation again for each reply.
CREATE FUNCTION "search_comment_added"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  addition tsvector := "search_vector"(NEW."body", 'C');
BEGIN
  UPDATE "TicketSearch"
     SET "everything" = "everything" || addition,
         "visible" = CASE NEW."visibility" WHEN 'PUBLIC' THEN "visible" || addition ELSE "visible" END
   WHERE "ticketId" = NEW."ticketId";
  RETURN NULL;
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN NULL;
END
$$;

CREATE FUNCTION "search_comment_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN PERFORM "search_rebuild"(NEW."ticketId"); END IF;
  IF TG_OP = 'DELETE' OR OLD."ticketId" <> NEW."ticketId" THEN PERFORM "search_rebuild"(OLD."ticketId"); END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "Ticket_search_insert" AFTER INSERT ON "Ticket" FOR EACH ROW EXECUTE FUNCTION "search_ticket_changed"();
CREATE TRIGGER "Ticket_search_update" AFTER UPDATE OF "title", "description" ON "Ticket" FOR EACH ROW
  WHEN (OLD."title" IS DISTINCT FROM NEW."title" OR OLD."description" IS DISTINCT FROM NEW."description")
  EXECUTE FUNCTION "search_ticket_changed"();
CREATE TRIGGER "Comment_search_insert" AFTER INSERT ON "Comment" FOR EACH ROW EXECUTE FUNCTION "search_comment_added"();
CREATE TRIGGER "Comment_search_change" AFTER UPDATE OF "body", "visibility", "ticketId" OR DELETE ON "Comment"
  FOR EACH ROW EXECUTE FUNCTION "search_comment_changed"();
