#!/usr/bin/env bash
# Lays PostgreSQL 16 and TimescaleDB over the base of the other test images. Compiling takes half a minute the first time;
# what came of it is kept in the cache. Usage: build.sh IMAGE LABEL
set -euo pipefail
image=$1
label=$2
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
# shellcheck source=../../machine/debian.sh
. "$here/../../machine/debian.sh"
sum=d595789b47624a3d963aa9aa6359da9be31beb7e61f1a45541953242068b8813
wheel=pgserver-0.1.4-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
made=$cache/timescaledb-pg16-$(sha256sum "$here/build.sh" | cut -c1-16).tar
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-pg16.XXXXXX")
trap 'rm -rf "$context"' EXIT
log=$context/log
fail() { tail -15 "$log" >&2; die "$1"; }

compile() {
  local name work=$context/work prefix=$context/work/pgserver/pginstall
  for name in cmake make cc; do command -v "$name" >/dev/null || die "TimescaleDB for PostgreSQL 16 needs $name to be compiled."; done
  [ "$(uname -m)" = x86_64 ] || die 'the PostgreSQL 16 of the tests exists for x86_64 only.'
  mkdir -p "$work/lists/partial" "$cache"
  printf '  compiling TimescaleDB for PostgreSQL 16 (once)\n' >&2
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --implementation cp --python-version 3.11 \
    --platform manylinux2014_x86_64 --dest "$work" pgserver==0.1.4 >"$log" 2>&1 || fail 'pgserver, which carries PostgreSQL 16, cannot be fetched from PyPI.'
  printf '%s  %s\n' "$sum" "$work/$wheel" | sha256sum --check --status || die "$wheel is not the file that was tried (SHA-256 differs)."
  (cd "$work" && python3 -m zipfile -e "$wheel" . && chmod -R a+rX,u+w pgserver pgserver.libs && chmod a+x pgserver/pginstall/bin/*) >>"$log" 2>&1 || fail 'pgserver cannot be unpacked.'
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$(debian_mirror)" >"$work/src.list"
  local options=(-o Acquire::Check-Valid-Until=false -o "Dir::Etc::sourcelist=$work/src.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$work/lists"
    -o APT::Sandbox::User=root -o Acquire::Languages=none)
  (cd "$work" && apt-get "${options[@]}" update -qq && apt-get "${options[@]}" source --download-only -qq timescaledb && tar xf timescaledb_*.orig.tar.*) \
    >>"$log" 2>&1 || fail "TimescaleDB's source cannot be fetched from Debian."
  (cd "$work"/timescaledb-*/ && cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DPG_CONFIG="$prefix/bin/pg_config" -DUSE_TELEMETRY=OFF \
    -DAPACHE_ONLY=1 -DREGRESS_CHECKS=OFF -DTAP_CHECKS=OFF -DUSE_OPENSSL=OFF -DWARNINGS_AS_ERRORS=OFF && make -C build -j2 install) \
    >>"$log" 2>&1 || fail 'TimescaleDB for PostgreSQL 16 cannot be compiled.'
  rm -rf "$prefix"/{include,share/doc,share/man,share/locale,lib/*.a,lib/postgresql/pgxs}
  mkdir "$work/opt"
  mv "$work/pgserver" "$work/pgserver.libs" "$work/opt/"
  find "$cache" -maxdepth 1 -name 'timescaledb-pg16-????????????????.tar' -delete
  tar -C "$work" --owner=0 --group=0 -cf "$made.new" opt
  mv "$made.new" "$made"
}

[ -e "$made" ] || compile
mkdir "$context/image"
tar -C "$context/image" -xf "$made"
cp "$here/Dockerfile" "$here/../standin/postgres-entrypoint.sh" "$context/image/"
DOCKER_BUILDKIT=0 docker build -q -t "$image" --label "$label" "$context/image"
