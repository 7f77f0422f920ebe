-- Indexes anew one of the texts that a ticket is found by, when it is the ticket's own: another language reads text by text, so that no
-- step is as long as a whole conversation. Copies of it in tickets that it was merged into follow.
CREATE FUNCTION "search_put_again"(ticket uuid, part "SearchField", source uuid) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  CASE part
    WHEN 'REQUESTER' THEN
      PERFORM "search_put_requester"(ticket, t."authorId") FROM "Ticket" t WHERE t."id" = ticket AND source IN (t."id", t."authorId");
    WHEN 'COMMENT' THEN
      PERFORM "search_put"(ticket, part, source, c."visibility" <> 'PUBLIC', c."body")
         FROM "Comment" c WHERE c."id" = source AND c."ticketId" = ticket;
    WHEN 'FILE' THEN
      PERFORM "search_put"(ticket, part, source, c."visibility" <> 'PUBLIC', a."fileName")
         FROM "Attachment" a JOIN "Comment" c ON c."id" = a."commentId"
        WHERE a."id" = source AND c."ticketId" = ticket AND a."storedAt" IS NOT NULL AND a."removedAt" IS NULL;
    ELSE
      PERFORM "search_put"(ticket, part, ticket, part = 'TAGS',
                CASE part WHEN 'TITLE' THEN t."title" WHEN 'DESCRIPTION' THEN t."description" ELSE array_to_string(t."tags", ' ') END,
                CASE part WHEN 'TITLE' THEN '''#' || t."number" || '''' ELSE '' END)
         FROM "Ticket" t WHERE t."id" = ticket AND t."id" = source;
  END CASE;
END
$$;
