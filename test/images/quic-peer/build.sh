#!/usr/bin/env bash
# Prints the path of the tests' peer of QUIC, compiled once from its Go modules and kept in the cache. With IMAGE it makes an
# image of nothing but that program too. Usage: build.sh [IMAGE]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
content=$(cat "$here/go.mod" "$here/go.sum" "$here/main.go" "$here/build.sh" | sha256sum | cut -c1-16)
program=$cache/quic-peer-$content
if [ ! -x "$program" ]; then
  command -v go >/dev/null || { printf 'build: the peer of QUIC needs Go 1.25 or newer (go).\n' >&2; exit 1; }
  mkdir -p "$cache"
  new=$(mktemp "$cache/quic-peer-new.XXXXXX")
  (cd "$here" && CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$new" .) >&2
  chmod 755 "$new"
  find "$cache" -maxdepth 1 -name 'quic-peer-????????????????' -delete
  mv "$new" "$program"
fi
if [ $# -gt 0 ]; then
  context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-quic.XXXXXX")
  trap 'rm -rf "$context"' EXIT
  cp "$program" "$context/quic-peer"
  printf 'FROM scratch\nCOPY quic-peer /quic-peer\nENTRYPOINT ["/quic-peer"]\n' >"$context/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context" >&2
fi
printf '%s\n' "$program"
