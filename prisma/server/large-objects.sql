-- Takes large objects away from everybody but superusers: PostgreSQL lets every role make them, a reader included, and the
-- product has none. Only a superuser may; clones of the database take it over. Where the administrator is no superuser,
-- templates are made from helpdeskly_base, in which a superuser has run this.
DO $$
DECLARE made regprocedure;
BEGIN
  FOR made IN SELECT oid FROM pg_catalog.pg_proc
               WHERE pronamespace = 'pg_catalog'::regnamespace
                 AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_put', 'lowrite', 'lo_open')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
