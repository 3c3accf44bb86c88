#!/usr/bin/env bash
# Writes the root file system that all test images share: Debian 13 with the real programs of the stack that
# Debian packages (nginx, docker-registry, PostgreSQL 17 with TimescaleDB, PowerDNS 5.1, Prometheus 3) and what the
# published images' health checks call. One root file system for all, because they then share its layer.
# Usage: build.sh OUT.tar.zst. Root; needs debootstrap and zstd.
set -euo pipefail
out=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
# shellcheck source=../../machine/debian.sh
. "$here/../../machine/debian.sh"
mirror=$(debian_mirror)
root=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-base.XXXXXX")
log=$root.log
# Every mount is undone before the folder is removed: a removal must never walk into /proc of the machine.
trap 'umount "$root/proc" 2>/dev/null || :; mountpoint -q "$root/proc" || rm -rf "$root" "$log" "$out.part"' EXIT
fail() { tail -15 "$log" >&2; exit 1; }
debs=$cache/debootstrap
mkdir -p "$debs"
debootstrap --variant=minbase --cache-dir="$debs" --include=ca-certificates,curl,wget,procps,python3-minimal,python3-yaml,python3-jinja2,python3-psycopg2,python3-bcrypt \
  trixie "$root" "$mirror" >"$log" 2>&1 || fail
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/postgresql-common" "$root/etc/dpkg/dpkg.cfg.d"
printf 'create_main_cluster = false\n' >"$root/etc/postgresql-common/createcluster.conf"
# A crash here means a new try, so dpkg need not wait for the disk.
printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' \
  >"$root/etc/dpkg/dpkg.cfg.d/lean"
mount -t proc proc "$root/proc"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  -o Dpkg::Options::=--force-confold \
  nginx-light docker-registry postgresql-17 postgresql-17-timescaledb pdns-server pdns-backend-pgsql busybox gosu tini \
  >"$log" 2>&1 || fail
umount "$root/proc"
# Prometheus 3 and PowerDNS 5.1 are in sid only. Their files are laid over what is there, with those libraries they
# name that Debian 13 has not; its own copies of everything else are new enough (the packages' Depends say so).
over() { # PACKAGE
  local deb name
  deb=$(debian_package sid "$1")
  dpkg-deb -x "$deb" "$root"
  for name in $(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed -n -E 's/^ *(lib[a-z0-9.+-]+).*/\1/p'); do
    chroot "$root" dpkg-query -W "$name" >/dev/null 2>&1 || dpkg-deb -x "$(debian_package sid "$name")" "$root"
  done
}
for package in prometheus promtool pdns-server pdns-backend-pgsql; do over "$package"; done
# Where PowerDNS' own image keeps the schema.
install -D -m 644 "$root/usr/share/pdns-backend-pgsql/schema/schema.pgsql.sql" "$root/usr/local/share/doc/pdns/schema.pgsql.sql"
for program in pdns_server prometheus promtool nginx docker-registry; do
  chroot "$root" "$program" "$([ "$program" = nginx ] && printf -- -v || printf -- --version)" >"$log" 2>&1 ||
    { [ "$program" = pdns_server ] && grep -q 'PowerDNS' "$log"; } || fail
done
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* \
  "$root"/usr/sbin/policy-rc.d "$root"/var/lib/docker-registry
tar --numeric-owner --one-file-system -C "$root" -cf - . | zstd -q -T0 -3 -f -o "$out.part"
mv "$out.part" "$out"
