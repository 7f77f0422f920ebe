-- Lists by name are in the order of Unicode's collation (https://www.unicode.org/reports/tr10/): anna, Ömer, Zoe.
DROP TRIGGER "User_search_change" ON "User"; -- It names the column.
ALTER TABLE "User" ALTER COLUMN "name" TYPE TEXT COLLATE "und-x-icu";
ALTER TABLE "Group" ALTER COLUMN "nameKey" TYPE TEXT COLLATE "und-x-icu";
ALTER TABLE "Organization" ALTER COLUMN "nameKey" TYPE TEXT COLLATE "und-x-icu";
ALTER TABLE "Macro" ALTER COLUMN "nameKey" TYPE TEXT COLLATE "und-x-icu";

-- What is unique is composed (NFC), as it comes in from now on. Of two that become the same by that, both stay as they are.
UPDATE "User" u SET "email" = normalize(u."email", NFC), "emailKey" = normalize(u."emailKey", NFC)
 WHERE u."emailKey" IS NOT NFC NORMALIZED
   AND NOT EXISTS (SELECT FROM "User" o WHERE o."id" <> u."id" AND normalize(o."emailKey", NFC) = normalize(u."emailKey", NFC));
UPDATE "Group" g SET "name" = normalize(g."name", NFC), "nameKey" = normalize(g."nameKey", NFC)
 WHERE g."nameKey" IS NOT NFC NORMALIZED
   AND NOT EXISTS (SELECT FROM "Group" o WHERE o."id" <> g."id" AND normalize(o."nameKey", NFC) = normalize(g."nameKey", NFC));
UPDATE "Organization" g SET "name" = normalize(g."name", NFC), "nameKey" = normalize(g."nameKey", NFC)
 WHERE g."nameKey" IS NOT NFC NORMALIZED
   AND NOT EXISTS (SELECT FROM "Organization" o WHERE o."id" <> g."id" AND normalize(o."nameKey", NFC) = normalize(g."nameKey", NFC));
UPDATE "Macro" SET "name" = normalize("name", NFC), "nameKey" = normalize("nameKey", NFC) WHERE "nameKey" IS NOT NFC NORMALIZED;

CREATE TRIGGER "User_search_change" AFTER UPDATE OF "name", "email", "role" ON "User" FOR EACH ROW
  WHEN ((OLD."name", OLD."email", OLD."role") IS DISTINCT FROM (NEW."name", NEW."email", NEW."role"))
  EXECUTE FUNCTION "search_user_renamed"();
