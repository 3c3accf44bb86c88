#!/usr/bin/env bash
# Builds the tests' application as an image that ends in nothing but its programs. Usage: build.sh IMAGE [ARGUMENT]
set -euo pipefail
command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
here=$(cd "$(dirname "$0")" && pwd)
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-app.XXXXXX")
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/root/bin"
cp "$("$here/../quic-peer/build.sh")" "$context/root/quic-peer"
ln -s ../app "$context/root/bin/pgrep"
(cd "$here" && CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -ldflags='-s -w' -o "$context/root/app" .)
printf 'FROM scratch\nCOPY root /\nENTRYPOINT ["/app"]\nCMD [%s]\n' "${2:+\"$2\"}" >"$context/Dockerfile"
DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context"
