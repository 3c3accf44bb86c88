-- The event store: one append-only log, ordered as a whole by position and within each stream by version.
DO $$
BEGIN
  IF to_regnamespace('events') IS NOT NULL THEN
    RAISE EXCEPTION 'there is a schema events already, which is not the event store of the platform'
      USING HINT = 'Give it another name: ALTER SCHEMA events RENAME TO ...';
  END IF;
END
$$;

CREATE SCHEMA events AUTHORIZATION macula_owner;

-- Functions of the extension are wherever it was created.
SELECT set_config('search_path', quote_ident(nspname), true)
FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'timescaledb';

-- A hypertable can have no unique key without its time. So the version of each stream is a row here, which an append
-- moves on: two writers of one stream meet at that row, and who comes second is told.
CREATE TABLE events.streams (
  stream     text PRIMARY KEY,
  version    bigint      NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- The last position that was handed out; an append that was rolled back leaves a gap.
CREATE SEQUENCE events.positions AS bigint MINVALUE 0;
SELECT setval('events.positions', 0, true);

CREATE TABLE events.events (
  position       bigint      NOT NULL,
  stream         text        NOT NULL,
  version        bigint      NOT NULL,
  id             uuid        NOT NULL DEFAULT gen_random_uuid(),
  kind           text        NOT NULL CHECK (kind <> ''),
  payload        jsonb       NOT NULL DEFAULT '{}',
  metadata       jsonb       NOT NULL DEFAULT '{}',
  causation_id   uuid,
  correlation_id uuid,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT create_hypertable('events.events', 'recorded_at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
CREATE INDEX events_by_stream ON events.events (stream, version);
CREATE INDEX events_by_position ON events.events (position);
CREATE INDEX events_by_kind ON events.events (kind, position);
CREATE INDEX events_by_correlation ON events.events (correlation_id) WHERE correlation_id IS NOT NULL;

-- Data of the version before: macula.events had the same columns but for the ids. It is copied, whole and in its order;
-- the table itself is kept in the schema macula_before, since what a person built upon it follows it there.
DO $$
DECLARE
  had bigint;
  has bigint;
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = to_regclass('macula.events')) IS DISTINCT FROM 'r' THEN RETURN; END IF;
  IF (SELECT count(*) FROM pg_attribute WHERE attrelid = 'macula.events'::regclass AND NOT attisdropped
      AND attname IN ('position', 'stream', 'version', 'kind', 'payload', 'metadata', 'recorded_at')) <> 7 THEN RETURN; END IF;
  LOCK TABLE macula.events IN ACCESS EXCLUSIVE MODE;
  INSERT INTO events.streams (stream, version, created_at, changed_at)
    SELECT stream, max(version), min(recorded_at), max(recorded_at) FROM macula.events GROUP BY stream;
  INSERT INTO events.events (position, stream, version, kind, payload, metadata, recorded_at)
    SELECT position, stream, version, coalesce(nullif(kind, ''), 'unnamed'), payload, metadata, recorded_at
    FROM macula.events ORDER BY position;
  PERFORM setval('events.positions', (SELECT coalesce(max(position), 0) FROM events.events), true);
  SELECT count(*) INTO had FROM macula.events;
  SELECT count(*) INTO has FROM events.events;
  IF had <> has THEN RAISE EXCEPTION '% of % events were copied', has, had; END IF;
  CREATE SCHEMA IF NOT EXISTS macula_before;
  ALTER TABLE macula.events SET SCHEMA macula_before;
END
$$;

-- Ends an append that somebody else was faster than. A code of its own, so that no library repeats it by itself: what is to
-- be appended has to be decided again.
CREATE FUNCTION events.refuse_version(stream text, expected bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at bigint := coalesce((SELECT s.version FROM events.streams s WHERE s.stream = refuse_version.stream), 0);
BEGIN
  RAISE EXCEPTION 'stream % is at version %, not %', stream, now_at, expected
    USING ERRCODE = 'MES01', HINT = 'Read what was appended meanwhile, decide again, and append with the new version.';
END
$$;

-- Says that this transaction appends, until it ends: events that come after the last position of now may still be missing.
-- The key is 19781 ("ME") in its upper 16 bits, and that position.
CREATE FUNCTION events.begin_append() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('events.appending', true) IS NOT DISTINCT FROM pg_current_xact_id()::text THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock_shared((19781::bigint << 48) | (SELECT last_value FROM events.positions));
  PERFORM set_config('events.appending', pg_current_xact_id()::text, true);
END
$$;

-- Appends events to a stream, all or none. expected_version: the version that the stream has (0: there is none yet; NULL:
-- whichever it has). Each event is {"kind": ..., "payload": ..., "metadata": ..., "id": ..., "causation_id": ...,
-- "correlation_id": ...}; all but the kind may be left out. Returns the new versions in their order. Who listens to the
-- channel "events" is told {"stream", "version", "position"} of the last one when the transaction is committed.
-- SQLSTATE MES01: the stream is at another version. 22023: what was given cannot be appended.
CREATE FUNCTION events.append(stream text, expected_version bigint, events jsonb[])
RETURNS TABLE (version bigint, "position" bigint, id uuid, recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  many  bigint := cardinality(append.events);
  until bigint;
BEGIN
  IF append.stream IS NULL OR length(append.stream) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'the name of a stream has 1 to 255 characters' USING ERRCODE = '22023';
  END IF;
  IF append.expected_version < 0 THEN
    RAISE EXCEPTION 'an expected version is 0 or more' USING ERRCODE = '22023';
  END IF;
  IF many IS NULL OR many NOT BETWEEN 1 AND 10000 THEN
    RAISE EXCEPTION '1 to 10000 events are appended at once' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM unnest(append.events) AS event
             WHERE event IS NULL OR jsonb_typeof(event) <> 'object' OR coalesce(event ->> 'kind', '') = '') THEN
    RAISE EXCEPTION 'each event is a JSON object with a kind' USING ERRCODE = '22023';
  END IF;
  PERFORM events.begin_append();
  LOOP
    UPDATE events.streams AS s SET version = s.version + many, changed_at = now()
      WHERE s.stream = append.stream AND (append.expected_version IS NULL OR s.version = append.expected_version)
      RETURNING s.version INTO until;
    EXIT WHEN FOUND;
    IF append.expected_version > 0 THEN PERFORM events.refuse_version(append.stream, append.expected_version); END IF;
    INSERT INTO events.streams AS s (stream, version) VALUES (append.stream, many)
      ON CONFLICT DO NOTHING RETURNING s.version INTO until;
    EXIT WHEN FOUND;
    -- Somebody else made it meanwhile.
    IF append.expected_version = 0 THEN PERFORM events.refuse_version(append.stream, 0); END IF;
  END LOOP;
  RETURN QUERY
    INSERT INTO events.events AS e (position, stream, version, id, kind, payload, metadata, causation_id, correlation_id)
    SELECT nextval('events.positions'), append.stream, until - many + one.nth, coalesce((one.event ->> 'id')::uuid, gen_random_uuid()),
           one.event ->> 'kind', coalesce(one.event -> 'payload', '{}'), coalesce(one.event -> 'metadata', '{}'),
           (one.event ->> 'causation_id')::uuid, (one.event ->> 'correlation_id')::uuid
    FROM (SELECT event, nth FROM unnest(append.events) WITH ORDINALITY AS given (event, nth) ORDER BY nth) AS one
    RETURNING e.version, e.position, e.id, e.recorded_at;
  PERFORM pg_notify('events', json_build_object('stream', append.stream, 'version', until,
    'position', (SELECT last_value FROM events.positions))::text);
END
$$;

-- A stream from a version on, in its order.
CREATE FUNCTION events.read(stream text, from_version bigint DEFAULT 1, max_count integer DEFAULT 1000)
RETURNS SETOF events.events LANGUAGE sql STABLE AS $$
  SELECT * FROM events.events AS e WHERE e.stream = $1 AND e.version >= $2 ORDER BY e.version LIMIT $3
$$;

-- All events after a position, in their order; for projections, which ask again with the last position that they got. Events
-- of transactions that are not over may have lower positions than some that are there: nothing is given out before those
-- have ended, so that none is passed over. What may be missing is looked up before the events are, which only READ COMMITTED
-- allows.
CREATE FUNCTION events.read_all(after_position bigint DEFAULT 0, max_count integer DEFAULT 1000)
RETURNS SETOF events.events LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  reached bigint;
  pending bigint;
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'events.read_all wants a transaction that is READ COMMITTED' USING ERRCODE = '0A000';
  END IF;
  SELECT last_value INTO reached FROM events.positions;
  SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) INTO pending
  FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = 19781
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid <> pg_backend_pid();
  RETURN QUERY SELECT * FROM events.events AS e
    WHERE e.position > after_position AND e.position <= least(reached, pending) ORDER BY e.position LIMIT max_count;
END
$$;

-- Events are appended by events.append, which keeps versions without a gap, and never changed. The owner's maintenance is
-- the one exception, and says so: SET ROLE macula_owner; SET LOCAL events.maintenance = on.
CREATE FUNCTION events.guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user = 'macula_owner' AND (TG_OP = 'INSERT' OR current_setting('events.maintenance', true) = 'on') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% of events is refused: they are only appended', TG_OP
    USING ERRCODE = 'MES02',
      HINT = CASE TG_OP WHEN 'INSERT' THEN 'Use SELECT * FROM events.append(stream, expected_version, events).'
        ELSE 'Append an event that takes back what was said; or, for maintenance: SET ROLE macula_owner; SET LOCAL events.maintenance = on.' END;
END
$$;
CREATE TRIGGER guard_rows BEFORE INSERT OR UPDATE OR DELETE ON events.events FOR EACH ROW EXECUTE FUNCTION events.guard();
CREATE TRIGGER guard_all BEFORE TRUNCATE ON events.events FOR EACH STATEMENT EXECUTE FUNCTION events.guard();

DO $$
DECLARE
  what text;
BEGIN
  ALTER TABLE events.events OWNER TO macula_owner;
  ALTER TABLE events.streams OWNER TO macula_owner;
  ALTER SEQUENCE events.positions OWNER TO macula_owner;
  FOR what IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'events'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO macula_owner', what);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', what);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA events TO macula_app, macula_read;
GRANT SELECT ON events.events, events.streams, events.positions TO macula_app, macula_read;
GRANT EXECUTE ON FUNCTION events.read(text, bigint, integer), events.read_all(bigint, integer) TO macula_app, macula_read;
GRANT EXECUTE ON FUNCTION events.append(text, bigint, jsonb[]) TO macula_app;
ALTER DEFAULT PRIVILEGES FOR ROLE macula_owner IN SCHEMA events GRANT SELECT ON TABLES TO macula_app, macula_read;

-- The name that programs of the version before have: it goes on reading and appending. Two that append one version collide
-- as they did then, by a unique violation.
DO $$
BEGIN
  IF to_regclass('macula_before.events') IS NULL THEN RETURN; END IF;
  CREATE VIEW macula.events AS
    SELECT position, stream, version, kind, payload, metadata, recorded_at FROM events.events;
  CREATE FUNCTION events.append_by_view() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $view$
  BEGIN
    SELECT a.version, a.position, a.recorded_at INTO NEW.version, NEW.position, NEW.recorded_at
    FROM events.append(NEW.stream, NEW.version - 1, ARRAY[jsonb_strip_nulls(jsonb_build_object('kind', NEW.kind)) ||
      jsonb_build_object('payload', NEW.payload, 'metadata', coalesce(NEW.metadata, '{}'))]) AS a;
    NEW.metadata := coalesce(NEW.metadata, '{}');
    RETURN NEW;
  EXCEPTION WHEN SQLSTATE 'MES01' THEN
    RAISE unique_violation USING MESSAGE = SQLERRM;
  END
  $view$;
  ALTER FUNCTION events.append_by_view() OWNER TO macula_owner;
  CREATE TRIGGER append INSTEAD OF INSERT ON macula.events FOR EACH ROW EXECUTE FUNCTION events.append_by_view();
  ALTER VIEW macula.events OWNER TO macula_owner;
  REVOKE ALL ON macula.events FROM macula_app, macula_read;
  GRANT SELECT, INSERT ON macula.events TO macula_app;
  GRANT SELECT ON macula.events TO macula_read;
END
$$;

-- Events are what everything else is made of: none is ever dropped by age. They only take less room when they are old,
-- where the edition can do so.
DO $$
BEGIN
  IF current_setting('timescaledb.license') <> 'timescale' THEN RETURN; END IF;
  ALTER TABLE events.events SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream', timescaledb.compress_orderby = 'version');
  PERFORM add_compression_policy('events.events', INTERVAL '30 days');
END
$$;
