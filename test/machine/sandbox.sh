#!/usr/bin/env bash
# Runs a command in a sandbox: root's own copy of this machine, gone when the command ends. Network (with its own
# loopback, sysctls and one routable link), /etc, /run and the folders that root's ledger uses are the sandbox's;
# programs, home folders, /tmp and Docker's socket are the machine's. So a test may route names, open low ports
# and undo it all without a trace outside.
#
# Usage: sandbox.sh [--resolved] [--polkit yes|no] COMMAND [ARGUMENTS]
#   --resolved     systemd-resolved is the sandbox's resolver, as on a desktop (setup.sh has unpacked it)
#   --polkit yes   pkexec lets the test user become root; `no`: it is refused
# Root; test machines only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/macula-test
die() { printf 'sandbox: %s\n' "$*" >&2; exit 1; }

if [ "${ROOM_INSIDE:-}" != yes ]; then
  [ "$(id -u)" = 0 ] || die 'run it as root.'
  case ${1:-} in '' | -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
  # A process sandbox of its own too: with its first process everything in it ends.
  ROOM_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private "$here/sandbox.sh" "$@"
fi
unset ROOM_INSIDE
resolved= polkit=
while [ $# -gt 0 ]; do
  case $1 in
    --resolved) resolved=yes; shift ;;
    --polkit) polkit=$2; shift 2 ;;
    --) shift; break ;;
    -*) die "unknown option $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || die 'which command?'

# What is written goes to memory. /run keeps Docker's socket.
docker_socket=$(readlink -f /var/run/docker.sock 2>/dev/null) || docker_socket=
mount -t tmpfs sandbox /mnt
mkdir -p /mnt/etc /mnt/lib/{new,work} /mnt/run
if [ -S "$docker_socket" ]; then
  : >/mnt/docker.sock
  mount --bind "$docker_socket" /mnt/docker.sock
fi
# A copy, not an overlay: what other suites change in the machine's own /etc meanwhile would show through. A file that
# goes while it is copied is no reason to give up.
cp -a /etc/. /mnt/etc/ 2>/dev/null || cp -a /etc/. /mnt/etc/ || die '/etc cannot be copied.'
# Another suite may have set this machine up meanwhile: the sandbox begins without what Macula wrote for its user.
sed -i '/^# BEGIN macula-desktop$/,/^# END macula-desktop$/d' /mnt/etc/hosts
rm -f /mnt/etc/sysctl.d/60-macula.conf /mnt/etc/systemd/resolved.conf.d/macula.conf \
  /mnt/etc/systemd/dns-delegate.d/macula-desktop.dns-delegate \
  /mnt/etc/NetworkManager/dnsmasq.d/macula-desktop.conf /mnt/etc/dnsmasq.d/macula-desktop.conf
mount --bind /mnt/etc /etc
mount -t overlay sandbox-lib -o lowerdir=/var/lib,upperdir=/mnt/lib/new,workdir=/mnt/lib/work /var/lib
rm -rf /var/lib/macula-desktop
mount -t tmpfs -o mode=755 sandbox-run /run
mkdir -p /run/lock /run/dbus
if [ -e /mnt/docker.sock ]; then
  : >/run/docker.sock
  mount --bind /mnt/docker.sock /run/docker.sock
fi

# No name server is in reach, and sudo looks up the machine's own name: without an entry it waits for 10 s.
name=$(uname -n)
grep -Eq "[[:space:]]$name([[:space:]]|\$)" /etc/hosts 2>/dev/null || printf '127.0.1.1 %s\n' "$name" >>/etc/hosts

# systemd-resolved answers only while some link leads somewhere.
ip link set lo up
ip link add room0 type veth peer name room1
ip address add 192.0.2.2/24 dev room0
ip link set room0 up
ip link set room1 up
ip route add default via 192.0.2.1

if [ -n "$resolved" ]; then
  [ -e "$state/resolved/done" ] || die 'systemd-resolved is not unpacked: run test/machine/setup.sh.'
  mount -t overlay sandbox-usr -o "lowerdir=$state/resolved/usr:/usr" /usr
  grep -q '^systemd-resolve:' /etc/passwd || {
    echo 'systemd-resolve:x:993:' >>/etc/group
    echo 'systemd-resolve:x:993:993::/:/usr/sbin/nologin' >>/etc/passwd
  }
  install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve
  mkdir -p /run/systemd/system
  rm -f /etc/resolv.conf
  ln -s ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
fi
if [ -n "$polkit" ]; then
  [ "$polkit" = yes ] || [ "$polkit" = no ] || die '--polkit takes yes or no'
  answer=$([ "$polkit" = yes ] && echo YES || echo NO)
  printf 'polkit.addRule(function (action, subject) {\n  if (subject.user === "macula-test") return polkit.Result.%s;\n});\n' \
    "$answer" >/etc/polkit-1/rules.d/00-sandbox.rules
fi
if [ -n "$resolved$polkit" ]; then
  dbus-daemon --system --fork --nopidfile || die 'no system bus.'
fi
[ -z "$resolved" ] || /usr/lib/sandbox-resolved || die 'systemd-resolved does not start.'
if [ -n "$polkit" ]; then
  setsid /usr/lib/polkit-1/polkitd --no-debug >/run/polkitd.log 2>&1 </dev/null &
  busctl --system --timeout=10 wait-for-name org.freedesktop.PolicyKit1 2>/dev/null ||
    timeout 10 sh -c 'until busctl --system status org.freedesktop.PolicyKit1 >/dev/null 2>&1; do sleep 0.05; done' ||
    { tail -5 /run/polkitd.log >&2; die 'polkitd does not start.'; }
fi
# One process between: pkexec takes a parent with number 1 for one that died.
sh -c '"$@"; exit "$?"' sh "$@"
