
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
