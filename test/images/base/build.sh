#!/usr/bin/env bash
# Writes the root file system that all test images share: Debian 13 with the real programs of the stack that
# Debian packages (nginx, docker-registry, PostgreSQL 17 with TimescaleDB, PowerDNS, Prometheus 3) and what the
# published images' health checks call. One root file system for all, because they then share its layer.
# Usage: build.sh OUT.tar. Root; needs debootstrap.
set -euo pipefail
out=$1
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
mirror=$(find /etc/apt/sources.list /etc/apt/sources.list.d -type f -exec cat {} + 2>/dev/null |
  sed -n -E 's/^URIs: *(\S+).*/\1/p; s/^deb (\[[^]]*\] )?(\S+) bookworm main.*/\2/p' | grep '/debian/*$' | head -1) || :
[ -n "$mirror" ] || { printf 'build: no Debian mirror found in the sources of apt.\n' >&2; exit 1; }
root=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-base.XXXXXX")
log=$root.log
# Every mount is undone before the folder is removed: a removal must never walk into /proc of the machine.
trap 'umount "$root/proc" 2>/dev/null || :; mountpoint -q "$root/proc" || rm -rf "$root" "$log"' EXIT
fail() { tail -15 "$log" >&2; exit 1; }
debs=$cache/debootstrap
mkdir -p "$debs"
debootstrap --variant=minbase --cache-dir="$debs" --include=ca-certificates,curl,wget,procps,python3-minimal,python3-yaml \
  trixie "$root" "$mirror" >"$log" 2>&1 || fail
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/postgresql-common" "$root/etc/dpkg/dpkg.cfg.d"
printf 'create_main_cluster = false\n' >"$root/etc/postgresql-common/createcluster.conf"
printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >"$root/etc/dpkg/dpkg.cfg.d/lean"
mount -t proc proc "$root/proc"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  -o Dpkg::Options::=--force-confold \
  nginx-light docker-registry postgresql-17 postgresql-17-timescaledb pdns-server pdns-backend-pgsql busybox gosu \
  >"$log" 2>&1 || fail
umount "$root/proc"
# Prometheus 3 is in sid only; its program is static, so unpacking it is enough.
lists=$cache/lists-sid
mkdir -p "$lists/partial" "$cache/debs"
if ! compgen -G "$cache/debs/prometheus_*.deb" >/dev/null; then
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$mirror" >"$cache/sid.list"
  options=(-o "Dir::Etc::sourcelist=$cache/sid.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$lists" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update -qq >"$log" 2>&1 || fail
  (cd "$cache/debs" && apt-get "${options[@]}" download prometheus) >>"$log" 2>&1 || fail
fi
dpkg-deb -x "$(compgen -G "$cache/debs/prometheus_*.deb" | head -1)" "$root"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* \
  "$root"/usr/sbin/policy-rc.d "$root"/var/lib/docker-registry
tar --numeric-owner --one-file-system -C "$root" -cf "$out.part" .
mv "$out.part" "$out"
