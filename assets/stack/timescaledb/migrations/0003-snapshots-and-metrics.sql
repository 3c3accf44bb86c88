-- Snapshots of streams, so that long ones need not be read from their beginning, and measurements of the platform.
DO $$
DECLARE
  taken text;
BEGIN
  FOREACH taken IN ARRAY ARRAY['snapshots', 'metrics'] LOOP
    IF to_regnamespace(taken) IS NOT NULL THEN
      RAISE EXCEPTION 'there is a schema % already, which is not the one of the platform', taken
        USING HINT = format('Give it another name: ALTER SCHEMA %I RENAME TO ...', taken);
    END IF;
  END LOOP;
END
$$;

CREATE SCHEMA snapshots AUTHORIZATION macula_owner;
CREATE SCHEMA metrics AUTHORIZATION macula_owner;

SELECT set_config('search_path', quote_ident(nspname), true)
FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'timescaledb';

CREATE TABLE snapshots.snapshots (
  stream   text PRIMARY KEY,
  version  bigint      NOT NULL,
  state    jsonb       NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE metrics.samples (
  at     timestamptz      NOT NULL DEFAULT now(),
  name   text             NOT NULL,
  labels jsonb            NOT NULL DEFAULT '{}',
  value  double precision NOT NULL
);
SELECT create_hypertable('metrics.samples', 'at', chunk_time_interval => INTERVAL '1 day', create_default_indexes => false);
CREATE INDEX samples_by_time ON metrics.samples (at DESC);
CREATE INDEX samples_by_name ON metrics.samples (name, at DESC);

-- Data of the version before, as for events: copied, counted, and kept in the schema macula_before.
DO $$
DECLARE
  old_name text;
  new_name text;
  wanted   text;
  had      bigint;
  has      bigint;
BEGIN
  FOR old_name, new_name, wanted IN VALUES
    ('macula.snapshots', 'snapshots.snapshots', 'stream, version, state, taken_at'),
    ('macula.metrics', 'metrics.samples', 'at, name, labels, value')
  LOOP
    CONTINUE WHEN (SELECT relkind FROM pg_class WHERE oid = to_regclass(old_name)) IS DISTINCT FROM 'r';
    CONTINUE WHEN (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(old_name) AND NOT attisdropped
      AND attname = ANY (string_to_array(wanted, ', '))) <> 4;
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', old_name);
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', new_name, wanted, wanted, old_name);
    EXECUTE format('SELECT count(*) FROM %s', old_name) INTO had;
    EXECUTE format('SELECT count(*) FROM %s', new_name) INTO has;
    IF had <> has THEN RAISE EXCEPTION '% of % rows of % were copied', has, had, old_name; END IF;
    CREATE SCHEMA IF NOT EXISTS macula_before;
    EXECUTE format('ALTER TABLE %s SET SCHEMA macula_before', old_name);
    EXECUTE format('CREATE VIEW %s AS SELECT %s FROM %s', old_name, wanted, new_name);
    EXECUTE format('ALTER VIEW %s OWNER TO macula_owner', old_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO macula_app', old_name);
    EXECUTE format('GRANT SELECT ON %s TO macula_read', old_name);
  END LOOP;
END
$$;

ALTER TABLE snapshots.snapshots OWNER TO macula_owner;
ALTER TABLE metrics.samples OWNER TO macula_owner;

-- Samples by the minute: kept up to date by the database where the edition can do so, else worked out when it is asked for.
DO $$
DECLARE
  body CONSTANT text := $sql$
    SELECT time_bucket(INTERVAL '1 minute', at) AS bucket, name, labels,
      count(*) AS samples, avg(value) AS average, min(value) AS minimum, max(value) AS maximum, sum(value) AS total
    FROM metrics.samples GROUP BY 1, 2, 3
  $sql$;
BEGIN
  IF current_setting('timescaledb.license') <> 'timescale' THEN
    EXECUTE 'CREATE VIEW metrics.by_minute AS' || body;
    ALTER VIEW metrics.by_minute OWNER TO macula_owner;
    RETURN;
  END IF;
  -- Made by whom it belongs to: its jobs run as that role. What is refreshed is less old than what is dropped, or the minutes of
  -- dropped samples would go with them.
  SET LOCAL ROLE macula_owner;
  EXECUTE 'CREATE MATERIALIZED VIEW metrics.by_minute WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS'
    || body || 'WITH NO DATA';
  PERFORM add_continuous_aggregate_policy('metrics.by_minute', start_offset => INTERVAL '29 days',
    end_offset => INTERVAL '1 minute', schedule_interval => INTERVAL '5 minutes');
  PERFORM add_retention_policy('metrics.by_minute', INTERVAL '180 days');
  ALTER TABLE metrics.samples SET (timescaledb.compress, timescaledb.compress_segmentby = 'name', timescaledb.compress_orderby = 'at DESC');
  PERFORM add_compression_policy('metrics.samples', INTERVAL '7 days');
  PERFORM add_retention_policy('metrics.samples', INTERVAL '30 days');
  RESET ROLE;
END
$$;

GRANT USAGE ON SCHEMA snapshots, metrics TO macula_app, macula_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots.snapshots TO macula_app;
GRANT SELECT, INSERT ON metrics.samples TO macula_app;
GRANT SELECT ON metrics.by_minute TO macula_app;
GRANT SELECT ON snapshots.snapshots, metrics.samples, metrics.by_minute TO macula_read;
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner IN SCHEMA snapshots GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO macula_app;
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner IN SCHEMA metrics GRANT SELECT, INSERT ON TABLES TO macula_app;
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner IN SCHEMA snapshots GRANT SELECT ON TABLES TO macula_read;
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner IN SCHEMA metrics GRANT SELECT ON TABLES TO macula_read;
