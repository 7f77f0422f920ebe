-- What each tenant used on a day (UTC). Processes of app-api add requests and tickets; of the rest a day keeps what was told last.
CREATE TABLE "TenantDay" (
    "tenantId" UUID NOT NULL,
    "day" DATE NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "tickets" BIGINT NOT NULL DEFAULT 0,
    "users" INTEGER,
    "usersAt" TIMESTAMPTZ(6),
    "storageBytes" BIGINT,
    "storageRevision" BIGINT,
    "peakConnections" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "TenantDay_pkey" PRIMARY KEY ("tenantId", "day"),
    CONSTRAINT "TenantDay_counts" CHECK ("requests" >= 0 AND "tickets" >= 0 AND "users" >= 0 AND "storageBytes" >= 0 AND "peakConnections" >= 0)
);
ALTER TABLE "TenantDay" ADD CONSTRAINT "TenantDay_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The last report of each process. One that is sent again, because its answer was lost, is not counted twice.
CREATE TABLE "UsageReporter" (
    "id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UsageReporter_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "UsageReporter_reportedAt_idx" ON "UsageReporter"("reportedAt");

-- The one thing that app-api's role may write in the control database. Rows are written in one order, so that no two reports block each other.
CREATE FUNCTION "catalog"."report_usage"(reporter uuid, sequence integer, days jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public."UsageReporter" AS known ("id", "sequence") VALUES (reporter, sequence)
  ON CONFLICT ("id") DO UPDATE SET "sequence" = excluded."sequence", "reportedAt" = now() WHERE known."sequence" < excluded."sequence";
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO public."TenantDay" AS known ("tenantId", "day", "requests", "tickets", "users", "usersAt", "storageBytes", "storageRevision")
  SELECT told."tenantId", told."day", coalesce(told."requests", 0), coalesce(told."tickets", 0), told."users", told."usersAt",
         told."storageBytes", told."storageRevision"
    FROM jsonb_to_recordset(days) AS told ("tenantId" uuid, "day" date, "requests" bigint, "tickets" bigint, "users" integer,
                                           "usersAt" timestamptz, "storageBytes" bigint, "storageRevision" bigint)
    JOIN public."Tenant" t ON t."id" = told."tenantId"
   ORDER BY told."tenantId", told."day"
  ON CONFLICT ("tenantId", "day") DO UPDATE SET
    "requests" = known."requests" + excluded."requests",
    "tickets" = known."tickets" + excluded."tickets",
    "users" = CASE WHEN excluded."usersAt" > coalesce(known."usersAt", '-infinity') THEN excluded."users" ELSE known."users" END,
    "usersAt" = greatest(excluded."usersAt", known."usersAt"),
    "storageBytes" = CASE WHEN excluded."storageRevision" > coalesce(known."storageRevision", -1) THEN excluded."storageBytes" ELSE known."storageBytes" END,
    "storageRevision" = greatest(excluded."storageRevision", known."storageRevision");
END $$;
REVOKE ALL ON FUNCTION "catalog"."report_usage"(uuid, integer, jsonb) FROM PUBLIC;
