-- Names and emails are found by any part of them, and by what is like them. A trusted extension: the database's owner may make it.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE INDEX "User_name_trgm_idx" ON "User" USING GIN ("name" gin_trgm_ops);
CREATE INDEX "User_email_trgm_idx" ON "User" USING GIN ("email" gin_trgm_ops);

-- Who is called like one of these spellings, and how much: the share of its groups of three letters that stand together in the
-- name or email, of those with 0.4 or more.
CREATE FUNCTION "users_like"(spellings text[]) RETURNS TABLE ("id" uuid, "likeness" real)
LANGUAGE sql STABLE SET "pg_trgm.word_similarity_threshold" = '0.4' AS $$
  SELECT u."id", max(greatest(word_similarity(s, u."name"), word_similarity(s, u."email")))
    FROM unnest(spellings) s CROSS JOIN LATERAL (
      SELECT * FROM "User" n WHERE n."name" %> s UNION SELECT * FROM "User" e WHERE e."email" %> s) u
   WHERE u."anonymizedAt" IS NULL
   GROUP BY u."id"
$$;
