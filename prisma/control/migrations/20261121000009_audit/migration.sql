-- An ordinary trigger does not fire with session_replication_role = replica: this one does.
ALTER TABLE "AuditEvent" ENABLE ALWAYS TRIGGER "AuditEvent_append_only";
