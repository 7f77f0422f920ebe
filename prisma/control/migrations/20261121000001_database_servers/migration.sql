-- What tells one cluster from every other (pg_control_system): none is registered twice, under whatever address.
ALTER TABLE "DatabaseServer" ADD COLUMN "systemIdentifier" TEXT;
CREATE UNIQUE INDEX "DatabaseServer_systemIdentifier_key" ON "DatabaseServer"("systemIdentifier");
