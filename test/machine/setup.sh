#!/usr/bin/env bash
# Makes a Debian 12 machine able to run every suite: Docker engine, dnsmasq, socat, PostgreSQL's client, a plain
# user who may talk to Docker. Run as root; quick when there is nothing left to do. For test machines only: the
# user it makes may become root without a password.
set -euo pipefail

user=macula-test
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
state=/var/lib/macula-test
say() { printf '  %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die 'run it as root: it installs packages and starts Docker.'
. /etc/os-release
[ "${ID:-}" = debian ] || die "this machine is ${PRETTY_NAME:-unknown}; the recipe is for Debian 12."
mkdir -p "$cache/debs" "$state"

# shellcheck source=debian.sh
. "$(dirname "$0")/debian.sh"
# shellcheck source=electron.sh
. "$(dirname "$0")/electron.sh"

updated=
update_once() {
  [ -n "$updated" ] || apt-get update -qq >"$state/apt-update.log" 2>&1 || say 'apt-get update had warnings (see its log)'
  updated=1
}

# Packages that would start services must not: they would take the ports the tests are about.
no_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

wanted='containerd chromium fonts-inter runc tini iptables dnsmasq-base bind9-dnsutils socat shellcheck busybox dash debootstrap sudo curl postgresql-client
        polkitd pkexec dbus iproute2 procps util-linux bsdutils python3 python3-pip xz-utils zstd cmake make gcc libc6-dev'
# What reads the variables that are written for it.
wanted="$wanted fish elixir"
# The desktop suite: a screen, a window manager, a panel that is a tray host, what Electron links to, keys to press.
wanted="$wanted xvfb xfwm4 xfce4-panel xfce4-notifyd imagemagick xdotool fonts-dejavu-core adwaita-icon-theme dbus-daemon python3-dbus
        libglib2.0-bin libgtk-3-0 libnss3 libnss3-tools libasound2 libgbm1 libxss1 libatk-bridge2.0-0 libnotify4 libsecret-1-0"
missing=
for package in $wanted; do
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  say "installing:$missing"
  no_services
  update_once
  # shellcheck disable=SC2086 -- a list of words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$state/apt.log" 2>&1 ||
    { tail -20 "$state/apt.log" >&2; die 'the packages above could not be installed.'; }
fi

# Chromium without a head draws the same for less of the processor. A mirror without it: the full one serves as well.
if ! dpkg-query -W -f '${Status}\n' chromium-headless-shell 2>/dev/null | grep -q '^install ok installed$'; then
  update_once
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >"$state/apt-shell.log" 2>&1 ||
    say 'chromium-headless-shell cannot be installed: the suites of the window use the full Chromium'
fi

unpack_and_install() { # RELEASE PACKAGE
  local deb
  deb=$(debian_package "$1" "$2")
  dpkg -i "$deb" >"$state/dpkg.log" 2>&1 || { tail -5 "$state/dpkg.log" >&2; die "$2 cannot be installed."; }
}

if ! command -v dockerd >/dev/null; then
  say 'installing the Docker engine'
  no_services
  unpack_and_install trixie docker.io
fi
# A docker client that is there stays; Debian's would replace it.
command -v docker >/dev/null || { no_services; unpack_and_install trixie docker-cli; }
if ! docker compose version >/dev/null 2>&1; then
  say 'installing Compose'
  unpack_and_install trixie docker-compose
fi

if ! command -v kind >/dev/null; then
  say 'installing kind'
  unpack_and_install sid kind
fi
# kubectl for the tests; the product itself uses the one in the node.
if ! command -v kubectl >/dev/null; then
  say 'installing kubectl'
  unpack_and_install sid kubectl
fi

# The schemas of Kubernetes' API and a validator over them, offline from then on.
validator=$cache/kubernetes-validate-1.37.0
if [ ! -e "$validator/done" ]; then
  say 'installing the validator of Kubernetes manifests'
  python3 -m pip --version >/dev/null 2>&1 || { update_once; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-pip >>"$state/apt.log" 2>&1 || die 'python3-pip cannot be installed.'; }
  rm -rf "$validator"
  python3 -m pip install -q --target "$validator" --root-user-action=ignore kubernetes-validate==1.37.0 >"$state/pip.log" 2>&1 ||
    { tail -5 "$state/pip.log" >&2; die 'kubernetes-validate cannot be installed.'; }
  : >"$validator/done"
fi

getent group docker >/dev/null || groupadd --system docker

# An engine whose default bridge another dockerd took away starts no container there: begun anew, it makes the bridge.
if docker info >/dev/null 2>&1 && [ ! -e /sys/class/net/docker0 ]; then
  say 'ending dockerd, which has lost its bridge'
  pid=$(cat /var/run/docker.pid)
  kill "$pid"
  deadline=$((SECONDS + 60))
  while kill -0 "$pid" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || die 'dockerd did not end within 60 s.'
    read -rt 0.2 <> <(:) || :
  done
fi

if ! docker info >/dev/null 2>&1; then
  say 'starting dockerd'
  # dockerd refuses to start over a pid file whose number another program has by now.
  [ "$(cat "/proc/$(cat /var/run/docker.pid 2>/dev/null || echo 0)/comm" 2>/dev/null)" = dockerd ] || rm -f /var/run/docker.pid
  setsid dockerd >"$state/dockerd.log" 2>&1 </dev/null &
  pid=$!
  deadline=$((SECONDS + 60))
  until docker info >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { tail -20 "$state/dockerd.log" >&2; die 'dockerd ended at its start.'; }
    [ "$SECONDS" -lt "$deadline" ] || { tail -20 "$state/dockerd.log" >&2; die 'dockerd did not answer within 60 s.'; }
    read -rt 0.2 <> <(:) || :
  done
fi

# systemd-resolved for sandbox.sh: unpacked, not installed, because its package takes over /etc/resolv.conf.
resolved=$state/resolved
if [ ! -e "$resolved/done" ]; then
  say 'unpacking systemd-resolved (used in sandboxes only)'
  rm -rf "$resolved"
  mkdir -p "$resolved"
  for package in systemd-resolved libsystemd-shared; do
    dpkg-deb -x "$(debian_package bookworm "$package")" "$resolved" || die "$package cannot be unpacked."
  done
  cp -a "$resolved/lib/." "$resolved/usr/lib/" && rm -rf "$resolved/lib"
  : >"$resolved/done"
fi
install -m 755 "$(dirname "$0")/systemctl" "$resolved/usr/bin/systemctl"
install -m 755 "$(dirname "$0")/sandbox-resolved" "$resolved/usr/lib/sandbox-resolved"

# A system's own dnsmasq, with its start by init.d, for sandboxes that take it in: unpacked, because its package would start it.
service=$state/dnsmasq
if [ ! -e "$service/done" ]; then
  say "unpacking dnsmasq's service (used in sandboxes only)"
  rm -rf "$service"
  mkdir -p "$service"
  dpkg-deb -x "$(debian_package bookworm dnsmasq)" "$service" || die 'dnsmasq cannot be unpacked.'
  : >"$service/done"
fi

# A small machine with the newest systemd for systemd.sh, from a root file system of Debian's sid.
if [ ! -x "$state/systemd/root/usr/lib/systemd/systemd" ]; then
  say 'making the root file system with the newest systemd (used in rooms only)'
  mkdir -p "$state/systemd"
  "$(dirname "$0")/systemd-root.sh" "$state/systemd" || die 'the root file system with systemd cannot be created.'
fi

fetch_electron

id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
id -nG "$user" | grep -qw docker || usermod -aG docker "$user"
rule="$user ALL=(ALL) NOPASSWD: ALL"
if [ "$(cat "/etc/sudoers.d/$user" 2>/dev/null)" != "$rule" ]; then
  (umask 0227 && printf '%s\n' "$rule" >"/etc/sudoers.d/$user.new" && mv "/etc/sudoers.d/$user.new" "/etc/sudoers.d/$user")
fi
say "ready: Docker $(docker version -f '{{.Server.Version}}'), Compose $(docker compose version --short), user $user"
