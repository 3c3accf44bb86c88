#!/usr/bin/env bash
# Runs a command on a small machine of its own, gone when the command ends: Debian's newest systemd is its first process,
# with systemd-resolved, and with NetworkManager and dnsmasq as units that are not started yet. Network, processes, /etc
# and everything else are its own; Node is at /mnt/node and the project at /mnt/project, both to read.
#
# Usage: systemd.sh NODE-FOLDER PROJECT COMMAND [ARGUMENTS]
# Root; test machines only (setup.sh has made the root file system).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base=/var/lib/macula-test/systemd
die() { printf 'systemd.sh: %s\n' "$*" >&2; exit 1; }

if [ "${1:-}" = --inside ]; then
  work=$2 node=$3 project=$4
  root=$work/root
  mount -t tmpfs room "$work"
  mkdir -p "$work"/{new,work,root}
  mount -t overlay room -o "lowerdir=$base/root,upperdir=$work/new,workdir=$work/work" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sys "$root/sys"
  # systemd of today wants the second version of control groups, and no controllers: a hybrid host has it too.
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 dev "$root/dev"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 pts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount -t tmpfs -o mode=755 run "$root/run"
  mkdir -p "$root/mnt/node" "$root/mnt/project"
  mount --bind "$node" "$root/mnt/node"
  mount --bind -o ro "$project" "$root/mnt/project"
  # systemd-resolved answers only while some link leads somewhere.
  ip link set lo up
  ip link add room0 type veth peer name room1
  ip address add 192.0.2.2/24 dev room0
  ip link set room0 up
  ip link set room1 up
  ip route add default via 192.0.2.1
  hostname room
  printf 'room\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 room\n' >"$root/etc/hosts"
  printf '[main]\n[keyfile]\nunmanaged-devices=interface-name:room1\n' >"$root/etc/NetworkManager/conf.d/00-room.conf"
  mkdir "$root/old"
  cd "$root"
  pivot_root . old
  umount -l /old
  exec env -i container=room PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd --system --unit=basic.target \
    --show-status=no --log-level=notice --log-target=console
fi

[ "$(id -u)" = 0 ] || die 'run it as root.'
[ $# -ge 3 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2; }
[ -e "$base/root/usr/lib/systemd/systemd" ] || die 'its root file system is not there: run test/machine/setup.sh.'
node=$1 project=$2
shift 2
work=$(mktemp -d "$base/room.XXXXXX")
groups=/sys/fs/cgroup
[ "$(stat -fc %T "$groups")" = cgroup2fs ] || groups=/sys/fs/cgroup/unified
group=$groups/macula-$(basename "$work")
mkdir "$group" || die 'this machine has no second version of control groups.'
room=
end() {
  if [ -n "$room" ]; then
    # With its first process everything in it ends.
    kill -KILL "$room" 2>/dev/null || :
    wait "$room" 2>/dev/null || :
  fi
  # Its groups can go as soon as its processes have.
  local tries=100
  until [ ! -e "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || [ "$tries" = 0 ]; do
    tries=$((tries - 1))
    read -rt 0.05 <> <(:) || :
  done
  rm -f "$work.log"
  rmdir "$work" 2>/dev/null || :
}
trap end EXIT
(echo 0 >"$group/cgroup.procs" && exec unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child --propagation private \
  "$here/systemd.sh" --inside "$work" "$node" "$project") >"$work.log" 2>&1 </dev/null &
room=$!
deadline=$((SECONDS + 60))
until init=$(cat "/proc/$room/task/$room/children" 2>/dev/null) && init=${init%% *} && [ -n "$init" ] &&
  nsenter -t "$init" -a -r -w systemctl is-system-running 2>/dev/null | grep -Eqx 'running|degraded'; do
  { kill -0 "$room" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; } || { tail -20 "$work.log" >&2; die 'the machine does not start.'; }
  read -rt 0.1 <> <(:) || :
done
nsenter -t "$init" -a -r -w env -i PATH=/mnt/node:/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 "$@"
