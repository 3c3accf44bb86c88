-- What the database was first made with up to this version, as it was: its data goes on.
-- Run once, when the database is first made. What the platform expects to find: time series, and one append-only
-- log of events for event sourcing.
CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE SCHEMA IF NOT EXISTS macula;

-- Events: one ordered stream an aggregate. The unique key is the optimistic lock of event sourcing: two writers
-- that both append version n collide.
CREATE TABLE macula.events (
  position    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream      TEXT        NOT NULL,
  version     BIGINT      NOT NULL CHECK (version > 0),
  kind        TEXT        NOT NULL,
  payload     JSONB       NOT NULL,
  metadata    JSONB       NOT NULL DEFAULT '{}',
  recorded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (stream, version)
);
CREATE INDEX events_by_kind ON macula.events (kind, position);

-- Snapshots of aggregates, so that long streams need not be read from their beginning.
CREATE TABLE macula.snapshots (
  stream   TEXT PRIMARY KEY,
  version  BIGINT      NOT NULL,
  state    JSONB       NOT NULL,
  taken_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Measurements of the platform itself (peers, queues, latencies).
CREATE TABLE macula.metrics (
  at     TIMESTAMPTZ      NOT NULL,
  name   TEXT             NOT NULL,
  labels JSONB            NOT NULL DEFAULT '{}',
  value  DOUBLE PRECISION NOT NULL
);
SELECT create_hypertable('macula.metrics', 'at', chunk_time_interval => INTERVAL '1 day');
CREATE INDEX metrics_by_name ON macula.metrics (name, at DESC);
-- Retention policies belong to the Timescale-licensed part; an Apache-only build keeps the measurements.
DO $$
BEGIN
  IF current_setting('timescaledb.license') = 'timescale' THEN
    PERFORM add_retention_policy('macula.metrics', INTERVAL '30 days');
  END IF;
END
$$;

ALTER DATABASE macula SET search_path = macula, public;
