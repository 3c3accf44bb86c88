#!/bin/bash
# Does for Debian's PostgreSQL what the official image's entry point promises: makes the database at the first
# start (POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB), runs /docker-entrypoint-initdb.d/*.sql and *.sh against a
# server that listens on its socket only, then runs the real one as the postgres user.
set -euo pipefail
export PGDATA=${PGDATA:-/var/lib/postgresql/data}
if [ "${1:-}" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown -R postgres:postgres "$PGDATA" /run/postgresql
  exec gosu postgres "$0" "$@"
fi
if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD must be set}"
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  pg_ctl -w -s -o "-c listen_addresses='' ${*:2}" start
  export PGUSER=$user
  [ "$database" = postgres ] || createdb "$database"
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sql) printf 'running %s\n' "$file"; psql -v ON_ERROR_STOP=1 -q -d "$database" -f "$file" ;;
      # As there: what cannot be executed is read into this shell.
      *.sh)
        printf 'running %s\n' "$file"
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
    esac
  done
  pg_ctl -w -s -m fast stop
  unset PGUSER
fi
exec "$@"
