#!/usr/bin/env bash
# A machine of its own that has no Docker: namespaces (mounts, network, processes), a copy of /etc, /usr and /var/lib in layers,
# and a package archive in a folder, because no other is in reach. All of it is gone when the command ends.
#
# What is stood in for: the distribution's archive. Its three packages are made here of this machine's own docker.io, docker and
# Compose, with a control file and a postinst (the group) of ours (its init script goes on where a limit cannot be raised); apt, dpkg, gpasswd, the distribution's init script and dockerd
# are the real ones. systemd does not run.
#
# Usage: room.sh COMMAND [ARGUMENTS]
# Root; test machines only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${ROOM_INSIDE:-}" != yes ]; then
  ROOM_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private "$here/room.sh" "$@"
fi
unset ROOM_INSIDE
client=$(readlink -f "$(command -v docker)")
plugin=/usr/libexec/docker/cli-plugins/docker-compose
[ -e "$plugin" ] || plugin=$(ls /usr/lib/docker/cli-plugins/docker-compose /usr/local/lib/docker/cli-plugins/docker-compose 2>/dev/null | head -n 1)

mount -t tmpfs room /mnt
mkdir -p /mnt/etc /mnt/lib/{new,work} /mnt/usr/{new,work} /mnt/repo /mnt/cache
cp -a /etc/. /mnt/etc/ 2>/dev/null || cp -a /etc/. /mnt/etc/
sed -i '/^# BEGIN macula-desktop$/,/^# END macula-desktop$/d' /mnt/etc/hosts
rm -f /mnt/etc/sysctl.d/60-macula.conf /mnt/etc/systemd/resolved.conf.d/macula.conf
# Processes of the room are seen from outside: with a number of their own, no Macula there takes its user's for its own.
sed -i -E 's/^(macula-test:[^:]*):[0-9]+:[0-9]+:/\1:61002:61002:/' /mnt/etc/passwd
sed -i -E 's/^(macula-test:[^:]*):[0-9]+:/\1:61002:/; /^docker:/d' /mnt/etc/group
sed -i '/^docker:/d' /mnt/etc/gshadow
# The init script of Docker then mounts no control groups beside those that are there: they would stay in the kernel after the room,
# and the machine's own Docker tells no load where a container is in one that it does not see mounted.
echo 'cgroup /sys/fs/cgroup cgroup defaults 0 0' >>/mnt/etc/fstab
mount --bind /mnt/etc /etc
mount -t overlay room-lib -o lowerdir=/var/lib,upperdir=/mnt/lib/new,workdir=/mnt/lib/work /var/lib
rm -rf /var/lib/macula-desktop
mkdir -p /var/lib/docker
mount -t tmpfs room-docker /var/lib/docker
mount -t overlay room-usr -o lowerdir=/usr,upperdir=/mnt/usr/new,workdir=/mnt/usr/work /usr
mount -t tmpfs room-log /var/log
mount -t tmpfs room-apt /var/cache/apt
mount -t tmpfs -o mode=755 room-run /run
mkdir -p /run/lock
mount -t tmpfs -o mode=1777 room-tmp /tmp
export TMPDIR=/tmp
install -d -o macula-test -g macula-test /tmp/home
name=$(uname -n)
grep -Eq "[[:space:]]$name([[:space:]]|\$)" /etc/hosts || printf '127.0.1.1 %s\n' "$name" >>/etc/hosts
ip link set lo up
sysctl -q -w net.ipv4.ip_forward=1

# NAME FILE[=PLACE]…: a package of these files.
pack() {
  local tree=/mnt/tree/$1 name=$1 one
  shift
  mkdir -p "$tree/DEBIAN"
  for one in "$@"; do
    mkdir -p "$tree$(dirname "${one#*=}")"
    cp -a "${one%%=*}" "$tree${one#*=}"
  done
  printf 'Package: %s\nVersion: 99:%s\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: of this machine, for a test\n' \
    "$name" "$(case $name in docker-compose) "$plugin" version --short 2>/dev/null || "$plugin" compose version --short ;; *) dockerd --version | sed 's/.* version \([0-9.]*\).*/\1/' ;; esac | tr -d v)" >"$tree/DEBIAN/control"
  if [ "$name" = docker.io ]; then
    # A machine in a container lets nobody raise its limits.
    sed -i '/^[[:space:]]*ulimit -/s/$/ || :/' "$tree/etc/init.d/docker"
    printf '#!/bin/sh\nset -e\ngetent group docker >/dev/null || groupadd --system docker\n' >"$tree/DEBIAN/postinst"
    chmod 755 "$tree/DEBIAN/postinst"
  fi
  dpkg-deb -Znone --root-owner-group -b "$tree" "/mnt/repo/$name.deb" >/dev/null
  rm -rf "$tree"
  { dpkg-deb -f "/mnt/repo/$name.deb"; printf 'Filename: ./%s.deb\nSize: %s\nSHA256: %s\n\n' "$name" "$(stat -c %s "/mnt/repo/$name.deb")" "$(sha256sum "/mnt/repo/$name.deb" | cut -d' ' -f1)"; } >>/mnt/repo/Packages
}
files=()
for one in /usr/sbin/dockerd /usr/bin/dockerd /usr/bin/docker-proxy /usr/sbin/docker-proxy /usr/libexec/docker/docker-proxy /usr/bin/docker-init /usr/sbin/docker-init /usr/libexec/docker/docker-init /etc/init.d/docker /etc/default/docker; do
  if [ -e "$one" ] && [ ! -L "$one" ]; then files+=("$one=$one"); fi
done
pack docker.io "${files[@]}"
pack docker-cli "$client=/usr/bin/docker"
pack docker-compose "$plugin=/usr/libexec/docker/cli-plugins/docker-compose"
for one in docker.io docker-cli docker-compose docker-compose-v2; do dpkg --force-all --purge "$one" >/dev/null 2>&1 || :; done
rm -f "$client" "$plugin" /etc/init.d/docker /usr/local/bin/docker /usr/bin/docker
! command -v dockerd docker || { echo 'room: Docker is still there' >&2; exit 1; }
sed -i '/^docker:/d' /etc/group /etc/gshadow
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/preferences.d /var/lib/apt/lists
mkdir -p /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/preferences.d /var/lib/apt/lists/partial /var/cache/apt/archives/partial
echo 'deb [trusted=yes] file:/mnt/repo ./' >/etc/apt/sources.list
echo 'APT::Sandbox::User "root";' >/etc/apt/apt.conf.d/room
apt-get update -q >/var/log/room-apt.log 2>&1 || { cat /var/log/room-apt.log >&2; exit 1; }
code=0
"$@" || code=$?
[ ! -e /var/run/docker.pid ] || kill "$(cat /var/run/docker.pid)" 2>/dev/null || :
exit "$code"
