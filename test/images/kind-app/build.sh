#!/usr/bin/env bash
# Builds the tests' application as an image that ends in nothing but its programs; with "shell" as the third argument it has
# busybox too, whose sh programs are run by. Usage: build.sh IMAGE [ARGUMENT] [shell]; build.sh --fetch only brings what a build takes
# from outside into the cache: the suites build in rooms that have no way there.
set -euo pipefail
command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
# shellcheck source=../../machine/debian.sh
. "$here/../../machine/debian.sh"
if [ "${1:-}" = --fetch ]; then
  "$here/../quic-peer/build.sh" >/dev/null
  debian_package trixie busybox-static >/dev/null
  (cd "$here" && GOTOOLCHAIN=local go mod download)
  # Flux's CRD, which those suites install.
  go mod download "$(cat "$here/../flux-module")"
  exit
fi
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-app.XXXXXX")
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/root/bin"
cp "$("$here/../quic-peer/build.sh")" "$context/root/quic-peer"
ln -s ../app "$context/root/bin/pgrep"
if [ "${3:-}" = shell ]; then
  dpkg-deb -x "$(debian_package trixie busybox-static)" "$context/busybox"
  cp "$context/busybox/usr/bin/busybox" "$context/root/bin/busybox"
  for name in sh cat env grep head kill printf seq sleep stty; do ln -s busybox "$context/root/bin/$name"; done
fi
(cd "$here" && CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -ldflags='-s -w' -o "$context/root/app" .)
printf 'FROM scratch\nCOPY root /\nENTRYPOINT ["/app"]\nCMD [%s]\n' "${2:+\"$2\"}" >"$context/Dockerfile"
DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context"
