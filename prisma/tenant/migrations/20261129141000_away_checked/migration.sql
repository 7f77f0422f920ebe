-- compatible
-- Checks the accounts that are there already, while the table is in use.
ALTER TABLE "User" VALIDATE CONSTRAINT "User_awayUntil_check";
