#!/usr/bin/env bash
# Builds the tests' application as an image that ends in nothing but its program. Usage: build.sh IMAGE [ARGUMENT]
set -euo pipefail
command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-app.XXXXXX")
trap 'rm -rf "$context"' EXIT
(cd "$(dirname "$0")" && CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -ldflags='-s -w' -o "$context/app" .)
printf 'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\nCMD [%s]\n' "${2:+\"$2\"}" >"$context/Dockerfile"
DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context"
