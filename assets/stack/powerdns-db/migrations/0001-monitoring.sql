-- Who watches: the exporter in Alloy reads statistics of the server and sizes, and no row of anybody. Its password is set whenever
-- the database starts.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pdns_monitor' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
    RAISE EXCEPTION 'there is a role pdns_monitor with more rights than a program of the platform gets'
      USING HINT = 'Rename it (ALTER ROLE pdns_monitor RENAME TO ...): a role with least rights is created in its place.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pdns_monitor') THEN
    CREATE ROLE pdns_monitor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
  ALTER ROLE pdns_monitor CONNECTION LIMIT 10;
  ALTER ROLE pdns_monitor SET default_transaction_read_only = on;
  ALTER ROLE pdns_monitor SET statement_timeout = '8s';
  GRANT pg_monitor TO pdns_monitor;
END
$$;
