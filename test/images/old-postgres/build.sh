#!/usr/bin/env bash
# Lays PostgreSQL 15 with the libraries of Debian 12 that it needs over the base of the other test images.
# Usage: build.sh IMAGE LABEL
set -euo pipefail
image=$1
label=$2
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
# shellcheck source=../../machine/debian.sh
. "$here/../../machine/debian.sh"
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-pg15.XXXXXX")
trap 'rm -rf "$context"' EXIT
cp "$here/Dockerfile" "$here/../standin/postgres-entrypoint.sh" "$context/"
for package in postgresql-15 postgresql-client-15 libicu72 libldap-2.5-0 libsasl2-2; do
  dpkg-deb -x "$(debian_package bookworm "$package")" "$context/rootfs"
done
# Documentation, translations and the just-in-time compiler, which would need another library.
rm -rf "$context"/rootfs/usr/share/{doc,man,locale,lintian} "$context"/rootfs/usr/lib/postgresql/15/lib/{bitcode,llvmjit*}
DOCKER_BUILDKIT=0 docker build -q -t "$image" --label "$label" "$context"
