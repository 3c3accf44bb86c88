#!/bin/sh
# A database of its own for PowerDNS-Admin: its migrations must not meet PowerDNS' tables.
# The password comes by psql's variable, quoted by psql; it never stands in a command line.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password POWERDNS_ADMIN_DB_PASSWORD
CREATE ROLE pdnsadmin LOGIN PASSWORD :'password';
CREATE DATABASE pdnsadmin OWNER pdnsadmin;
SQL
