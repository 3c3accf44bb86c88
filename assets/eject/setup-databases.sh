
# SERVICE USER DATABASE EXTENSIONS...
make() {
  service=$1 user=$2 database=$3
  shift 3
  psql() { docker compose exec -T "$service" psql -qtA -v ON_ERROR_STOP=1 -U "$user" "$@" </dev/null; }
  if [ -z "$(psql -d postgres -c "SELECT 1 FROM pg_database WHERE datname = '$database'")" ]; then
    psql -d postgres -c "CREATE DATABASE $database"
    printf '%s\n' "$database is made."
  fi
  for extension in "$@"; do psql -d "$database" -c "CREATE EXTENSION IF NOT EXISTS $extension" 2>/dev/null; done
}

each make

# SERVICE USER DATABASE FOLDER: each file in one transaction with its line in the table of what was applied.
migrate() {
  service=$1 user=$2 database=$3 folder=$4
  psql() { docker compose exec -T "$service" psql -XqtA -v ON_ERROR_STOP=1 -U "$user" -d "$database" "$@"; }
  psql -f - <<'SQL'
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS macula_desktop;
CREATE TABLE IF NOT EXISTS macula_desktop.migrations (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now());
SQL
  for file in "$folder"/[0-9][0-9][0-9][0-9]-*.sql; do
    [ -f "$file" ] || continue
    base=${file##*/} && base=${base%.sql}
    number=${base%%-*} name=${base#*-}
    sum=$(sha256sum "$file" | cut -d ' ' -f 1)
    had=$(psql -c "SELECT checksum FROM macula_desktop.migrations WHERE number = '$number'::integer" </dev/null)
    if [ -n "$had" ]; then
      [ "$had" = "$sum" ] && continue
      printf '%s\n' "$base was changed after it was applied to $database: nothing more is applied." >&2
      exit 1
    fi
    {
      printf '%s\n' 'SET client_min_messages = warning;' 'BEGIN;' 'SELECT pg_advisory_xact_lock(5567890013);'
      cat "$file"
      printf '%s\n' "INSERT INTO macula_desktop.migrations (number, name, checksum) VALUES ('$number'::integer, '$name', '$sum');" 'COMMIT;'
    } | psql -f - >/dev/null
    printf '%s\n' "$base is applied to $database."
  done
}

# SERVICE USER ROLE VARIABLE: the password goes in by stdin, since every user can read the arguments of a program.
allow() {
  value=$(sed -n "s/^$4=//p" .env 2>/dev/null | sed "s/^'\(.*\)'\$/\1/; s/'/''/g")
  [ -n "$value" ] || return 0
  printf "ALTER ROLE %s PASSWORD '%s';\n" "$3" "$value" | docker compose exec -T "$1" psql -Xq -v ON_ERROR_STOP=1 -U "$2" -d postgres -f -
}

each_migrated migrate
each_role allow
