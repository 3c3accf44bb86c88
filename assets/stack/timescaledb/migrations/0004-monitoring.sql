-- Who watches: the exporter in Alloy reads statistics of the server and sizes, and no row of anybody. Its password is set whenever
-- the database starts.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'macula_monitor' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
    RAISE EXCEPTION 'there is a role macula_monitor with more rights than a program of the platform gets'
      USING HINT = 'Rename it (ALTER ROLE macula_monitor RENAME TO ...): a role with least rights is created in its place.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'macula_monitor') THEN
    CREATE ROLE macula_monitor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
  ALTER ROLE macula_monitor CONNECTION LIMIT 10;
  ALTER ROLE macula_monitor SET default_transaction_read_only = on;
  ALTER ROLE macula_monitor SET statement_timeout = '8s';
  GRANT pg_monitor TO macula_monitor;
END
$$;
