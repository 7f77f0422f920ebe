-- How many bytes of files a helpdesk stores, in one row that every change of a file moves in its own transaction. `revision`
-- tells which of two figures is the later one.
CREATE TABLE "StorageUsage" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "StorageUsage_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "StorageUsage" ADD CONSTRAINT "StorageUsage_one_row" CHECK ("id" = 1);
ALTER TABLE "StorageUsage" ADD CONSTRAINT "StorageUsage_not_negative" CHECK ("bytes" >= 0);

-- A file counts from when it is stored whole until it is given up.
CREATE FUNCTION "stored_bytes"("file" "Attachment") RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN ("file")."storedAt" IS NULL OR ("file")."removedAt" IS NOT NULL THEN 0 ELSE coalesce(("file")."size", 0) END;

CREATE FUNCTION "count_storage"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change bigint := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE "stored_bytes"(NEW) END
                 - CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE "stored_bytes"(OLD) END;
BEGIN
  IF change <> 0 THEN
    UPDATE "StorageUsage" SET "bytes" = "bytes" + change, "revision" = "revision" + 1;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "Attachment_storage" AFTER INSERT OR DELETE OR UPDATE OF "size", "storedAt", "removedAt" ON "Attachment"
  FOR EACH ROW EXECUTE FUNCTION "count_storage"();

INSERT INTO "StorageUsage" ("bytes") SELECT coalesce(sum("stored_bytes"(f)), 0) FROM "Attachment" f;
