#!/usr/bin/env bash
# Runs a command on a machine of its own beside this one, with a Docker engine of its own: a whole suite goes on in it while another
# has the one stack of this machine. Namespaces (mounts, network, processes), a copy of /etc, /usr, /opt and /var/lib in layers, an
# empty home of the test user, and an engine whose data lie in FOLDER. Programs, the project and caches are this machine's. All of it
# is gone when the command ends; FOLDER is the caller's to remove.
#
# Usage: docker save IMAGE… | engine-room.sh FOLDER PROJECT COMMAND [ARGUMENTS]
#   The images of the room come on stdin. PROJECT stays visible wherever it lies.
# Root; test machines only.
set -euo pipefail
user=macula-test
# No command ends with this by itself: whoever called may make another room.
die() { printf 'engine-room: %s\n' "$*" >&2; exit 97; }
trap 'die "line $LINENO failed"' ERR
if [ "${ROOM_INSIDE:-}" != yes ]; then
  case ${1:-} in '' | -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
  [ "$(id -u)" = 0 ] || die 'run it as root.'
  [ $# -ge 3 ] || die 'which folder, project and command?'
  # A process namespace too: with its first process everything in it ends, containers as well.
  ROOM_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private "$(readlink -f "$0")" "$@"
fi
unset ROOM_INSIDE
folder=$1 project=$2
shift 2

mount -t tmpfs room /mnt
mkdir -p /mnt/etc /mnt/engine /mnt/project
# Both may lie in /tmp, which is the room's own from here on.
mount --bind "$folder" /mnt/engine
mount --bind "$project" /mnt/project
layers=/mnt/engine/layers
mkdir -p "$layers"/{lib,usr,opt}/{new,work} /mnt/engine/home
# Another suite may take a file away while it is copied: what is missing then is made up for by the next try.
for try in 1 2 3 4 5; do
  cp -a /etc/. /mnt/etc/ && break
  [ "$try" != 5 ] || die '/etc cannot be copied.'
done
# The machine may be set up by another suite: the room begins without what Macula wrote.
sed -i '/^# BEGIN macula-desktop$/,/^# END macula-desktop$/d' /mnt/etc/hosts
rm -f /mnt/etc/sysctl.d/60-macula.conf /mnt/etc/systemd/resolved.conf.d/macula.conf \
  /mnt/etc/systemd/dns-delegate.d/macula-desktop.dns-delegate \
  /mnt/etc/NetworkManager/dnsmasq.d/macula-desktop.conf /mnt/etc/dnsmasq.d/macula-desktop.conf
# Processes of the room are seen from outside: with a number of their own, no Macula there takes its user's for its own.
sed -i -E "s/^($user:[^:]*):[0-9]+:[0-9]+:/\1:61003:61003:/" /mnt/etc/passwd
sed -i -E "s/^($user:[^:]*):[0-9]+:/\1:61003:/" /mnt/etc/group
mount --bind /mnt/etc /etc
for part in /var/lib=lib /usr=usr /opt=opt; do
  mount -t overlay "room-${part#*=}" \
    -o "lowerdir=${part%=*},upperdir=$layers/${part#*=}/new,workdir=$layers/${part#*=}/work" "${part%=*}"
done
rm -rf /var/lib/macula-desktop
mount -t tmpfs -o mode=755 room-run /run
# The second is there on every Debian, also where systemd does not run.
mkdir -p /run/lock /run/systemd
mount -t tmpfs -o mode=1777 room-tmp /tmp
[ -e "$project/package.json" ] || { mkdir -p "$project" && mount --bind /mnt/project "$project"; }
export TMPDIR=/tmp NODE_COMPILE_CACHE=/tmp/compiled
cp -a /etc/skel/. /mnt/engine/home/
chown -R "$user:$user" /mnt/engine/home
mount --bind /mnt/engine/home "/home/$user"
# No name server is in reach, and sudo looks up the machine's own name.
name=$(uname -n)
grep -Eq "[[:space:]]$name([[:space:]]|\$)" /etc/hosts || printf '127.0.1.1 %s\n' "$name" >>/etc/hosts
ip link set lo up
sysctl -q -w net.ipv4.ip_forward=1

dockerd --data-root /mnt/engine/docker --exec-root /run/docker --pidfile /run/docker.pid \
  -H unix:///run/docker.sock >/mnt/engine/dockerd.log 2>&1 </dev/null &
engine=$!
until docker -H unix:///run/docker.sock version >/dev/null 2>&1; do
  kill -0 "$engine" 2>/dev/null || { tail -20 /mnt/engine/dockerd.log >&2; die 'dockerd ended at its start.'; }
  sleep 0.1
done
docker load --quiet >/dev/null
trap - ERR
code=0
"$@" </dev/null || code=$?
exit "$code"
