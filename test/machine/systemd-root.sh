#!/usr/bin/env bash
# Writes the root file system of systemd.sh: Debian's newest systemd with systemd-resolved, NetworkManager and dnsmasq.
# Usage: systemd-root.sh FOLDER. Root; needs debootstrap and zstd. Kept in the cache, over clones.
set -euo pipefail
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'systemd-root: %s\n' "$*" >&2; exit 1; }
# shellcheck source=debian.sh
. "$here/debian.sh"
kept=$cache/systemd-$(sha256sum "$0" | cut -c1-16).tar.zst
root=$folder/root.new
trap 'umount "$root/proc" 2>/dev/null || :; mountpoint -q "$root/proc" || rm -rf "$root"' EXIT
rm -rf "$root"
mkdir -p "$root"
if [ -e "$kept" ]; then
  tar --zstd -C "$root" -xpf "$kept"
else
  log=$folder/build.log
  mkdir -p "$cache/debootstrap"
  debootstrap --variant=minbase --cache-dir="$cache/debootstrap" --include=systemd,systemd-sysv,dbus,iproute2,procps sid "$root" \
    "$(debian_mirror)" >"$log" 2>&1 || { tail -15 "$log" >&2; die 'debootstrap of sid failed.'; }
  # Nothing is started while packages are unpacked, and a crash here means a new try.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' \
    >"$root/etc/dpkg/dpkg.cfg.d/lean"
  mount -t proc proc "$root/proc"
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    systemd-resolved libnss-resolve dnsmasq network-manager socat >>"$log" 2>&1 || { tail -15 "$log" >&2; die 'the packages cannot be installed.'; }
  umount "$root/proc"
  rm -rf "$root/usr/sbin/policy-rc.d" "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,zoneinfo}
  tar --zstd -C "$root" -cf "$kept.part" . && mv "$kept.part" "$kept"
  # An older one is of no use to anybody.
  find "$cache" -maxdepth 1 -name 'systemd-*.tar.zst' ! -path "$kept" -delete
fi
rm -rf "$folder/root"
mv "$root" "$folder/root"
