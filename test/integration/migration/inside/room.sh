#!/usr/bin/env bash
# A machine of its own for a story about what ran before Macula: namespaces (mounts, network, processes), a copy of /etc, a
# Docker engine whose data lie in FOLDER, and the stand-in systemctl beside this file. All of it is gone when the story ends.
#
# Usage: room.sh FOLDER COMMAND [ARGUMENTS]
# Root; test machines only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
if [ "${ROOM_INSIDE:-}" != yes ]; then
  ROOM_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private "$here/room.sh" "$folder" "$@"
fi
unset ROOM_INSIDE
mount -t tmpfs room /mnt
mkdir -p /mnt/etc /mnt/lib/{new,work} /mnt/usr/{new,work} /mnt/engine
# It may lie in /tmp, which is the room's own from here on.
mount --bind "$folder" /mnt/engine
folder=/mnt/engine
cp -a /etc/. /mnt/etc/ 2>/dev/null || cp -a /etc/. /mnt/etc/
sed -i '/^# BEGIN macula-desktop$/,/^# END macula-desktop$/d' /mnt/etc/hosts
rm -f /mnt/etc/sysctl.d/60-macula.conf /mnt/etc/systemd/resolved.conf.d/macula.conf
# Processes of the room are seen from outside: with a number of their own, no Macula there takes its user's for its own.
sed -i -E 's/^(macula-test:[^:]*):[0-9]+:[0-9]+:/\1:61001:61001:/' /mnt/etc/passwd
sed -i -E 's/^(macula-test:[^:]*):[0-9]+:/\1:61001:/' /mnt/etc/group
mount --bind /mnt/etc /etc
mount -t overlay room-lib -o lowerdir=/var/lib,upperdir=/mnt/lib/new,workdir=/mnt/lib/work /var/lib
rm -rf /var/lib/macula-desktop
mount -t overlay room-usr -o lowerdir=/usr,upperdir=/mnt/usr/new,workdir=/mnt/usr/work /usr
install -m 755 "$here/systemctl" /usr/bin/systemctl
mount -t tmpfs -o mode=755 room-run /run
mkdir -p /run/lock /run/systemd/system
mount -t tmpfs -o mode=1777 room-tmp /tmp
# The caller's may lie in the /tmp that is hidden now.
export TMPDIR=/tmp
name=$(uname -n)
grep -Eq "[[:space:]]$name([[:space:]]|\$)" /etc/hosts || printf '127.0.1.1 %s\n' "$name" >>/etc/hosts
ip link set lo up
sysctl -q -w net.ipv4.ip_forward=1
dockerd --data-root "$folder/docker" --exec-root /run/docker --pidfile /run/docker.pid \
  -H unix:///run/docker.sock >"$folder/dockerd.log" 2>&1 </dev/null &
engine=$!
until docker -H unix:///run/docker.sock version >/dev/null 2>&1; do
  kill -0 "$engine" 2>/dev/null || { tail -20 "$folder/dockerd.log" >&2; exit 1; }
  sleep 0.1
done
chmod 666 /run/docker.sock
code=0
"$@" || code=$?
kill "$engine"
wait "$engine" || :
exit "$code"
