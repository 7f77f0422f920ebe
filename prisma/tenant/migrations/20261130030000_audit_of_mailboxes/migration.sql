-- compatible
-- The names and signatures that mailboxes had may be about people, whom no erasure would find there: events say that they changed.
UPDATE "AuditEvent"
   SET "details" = ("details" #- '{changes,name}' #- '{changes,signature}') || jsonb_build_object('rewritten', ARRAY(
         SELECT field FROM unnest(ARRAY['name', 'signature']) AS field WHERE "details" #> ARRAY['changes', field] IS NOT NULL))
 WHERE "type" = 'MAILBOX_UPDATED' AND NOT "details" ? 'rewritten';
