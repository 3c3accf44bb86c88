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

# The mirror is the machine's own: whatever its sources name for bookworm also has the other suites.
mirror=$(find /etc/apt/sources.list /etc/apt/sources.list.d -type f -exec cat {} + 2>/dev/null |
  sed -n -E 's/^URIs: *(\S+).*/\1/p; s/^deb (\[[^]]*\] )?(\S+) bookworm main.*/\2/p' | grep '/debian/*$' | head -1) || :
[ -n "$mirror" ] || die 'no Debian mirror found in the sources of apt.'

updated=
update_once() {
  [ -n "$updated" ] || apt-get update -qq >"$state/apt-update.log" 2>&1 || say 'apt-get update had warnings (see its log)'
  updated=1
}

# Packages that would start services must not: they would take the ports the tests are about.
no_services() {
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

wanted='containerd runc tini iptables dnsmasq-base socat busybox dash debootstrap sudo curl postgresql-client
        polkitd pkexec dbus iproute2 procps util-linux xz-utils zstd'
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

# One package of a newer Debian, without upgrading anything else: its list lives in a folder of its own.
fetch() { # suite package
  local suite=$1 package=$2 lists="$cache/lists-$1"
  if ! compgen -G "$cache/debs/${package}_*.deb" >/dev/null; then
    mkdir -p "$lists/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >"$cache/$suite.list"
    local options=(-o "Dir::Etc::sourcelist=$cache/$suite.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$lists" -o APT::Sandbox::User=root)
    [ -e "$lists/done" ] || { apt-get "${options[@]}" update -qq >"$state/apt-$suite.log" 2>&1 && : >"$lists/done"; } ||
      { tail -5 "$state/apt-$suite.log" >&2; die "the package list of $suite could not be read."; }
    (cd "$cache/debs" && apt-get "${options[@]}" download "$package" >/dev/null 2>&1) || die "$package of $suite could not be fetched."
  fi
  compgen -G "$cache/debs/${package}_*.deb" | head -1
}

if ! command -v dockerd >/dev/null; then
  say 'installing the Docker engine'
  no_services
  dpkg -i "$(fetch trixie docker.io)" >"$state/dpkg.log" 2>&1 || { tail -5 "$state/dpkg.log" >&2; die 'docker.io could not be installed.'; }
fi
if ! docker compose version >/dev/null 2>&1; then
  say 'installing Compose'
  dpkg -i "$(fetch trixie docker-compose)" >"$state/dpkg.log" 2>&1 || { tail -5 "$state/dpkg.log" >&2; die 'docker-compose could not be installed.'; }
fi
command -v docker >/dev/null || dpkg -i "$(fetch trixie docker-cli)" >"$state/dpkg.log" 2>&1 || die 'docker-cli could not be installed.'

getent group docker >/dev/null || groupadd --system docker

if ! docker info >/dev/null 2>&1; then
  say 'starting dockerd'
  rm -f /var/run/docker.pid
  setsid dockerd >"$state/dockerd.log" 2>&1 </dev/null &
  pid=$!
  deadline=$((SECONDS + 60))
  until docker info >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { tail -20 "$state/dockerd.log" >&2; die 'dockerd ended at its start.'; }
    [ "$SECONDS" -lt "$deadline" ] || { tail -20 "$state/dockerd.log" >&2; die 'dockerd did not answer within 60 s.'; }
    read -rt 0.2 <> <(:) || :
  done
fi

id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
id -nG "$user" | grep -qw docker || usermod -aG docker "$user"
rule="$user ALL=(ALL) NOPASSWD: ALL"
if [ "$(cat "/etc/sudoers.d/$user" 2>/dev/null)" != "$rule" ]; then
  (umask 0227 && printf '%s\n' "$rule" >"/etc/sudoers.d/$user.new" && mv "/etc/sudoers.d/$user.new" "/etc/sudoers.d/$user")
fi
say "ready: Docker $(docker version -f '{{.Server.Version}}'), Compose $(docker compose version --short), user $user"
