-- Who may do what. The superuser macula is for administration; programs come as one of three roles with least rights:
--   macula_owner  owns the schemas events, snapshots and metrics: for changes of tables, and for maintenance;
--   macula_app    appends and reads events, keeps snapshots, writes metrics; works with rows of the schemas macula and public;
--   macula_read   reads all of that.
-- Their passwords are set whenever the database starts: without one nobody comes in.
CREATE EXTENSION IF NOT EXISTS timescaledb;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['macula_owner', 'macula_app', 'macula_read'] LOOP
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolcreaterole OR rolbypassrls)) THEN
      RAISE EXCEPTION 'there is a role % with more rights than a program of the platform gets', wanted
        USING HINT = format('Rename it (ALTER ROLE %I RENAME TO ...): a role with least rights is created in its place.', wanted);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', wanted);
    END IF;
  END LOOP;
  -- A second lock on the door: what counts is that it has no right to write.
  ALTER ROLE macula_read SET default_transaction_read_only = on;
END
$$;

-- Tables that are named without a schema are made in the schema macula, as they were from the first version on.
DO $$
BEGIN
  IF to_regnamespace('macula') IS NULL THEN
    CREATE SCHEMA macula;
    EXECUTE format('ALTER DATABASE %I SET search_path = macula, public', current_database());
  END IF;
END
$$;

-- PostgreSQL lets everybody run what anybody makes; functions of the owner are given out one by one.
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Tables that are there, and those that are made later by the superuser or by the owner.
DO $$
DECLARE
  maker text;
  place text;
BEGIN
  FOREACH place IN ARRAY ARRAY['macula', 'public'] LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO macula_owner, macula_app, macula_read', place);
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO macula_owner', place);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO macula_owner, macula_app', place);
    EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO macula_owner, macula_app', place);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO macula_read', place);
    EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO macula_read', place);
    FOREACH maker IN ARRAY ARRAY[current_user::text, 'macula_owner'] LOOP
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO macula_owner, macula_app', maker, place);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO macula_owner, macula_app', maker, place);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO macula_app', maker, place);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO macula_read', maker, place);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON SEQUENCES TO macula_read', maker, place);
    END LOOP;
  END LOOP;
END
$$;
