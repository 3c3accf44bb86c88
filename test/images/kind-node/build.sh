#!/usr/bin/env bash
# Builds the stand-in node image: Kubernetes' own control plane and CoreDNS, compiled from their Go modules (ten minutes
# the first time, kept in the cache), over the base of the other test images. Usage: build.sh IMAGE LABEL
set -euo pipefail
image=$1
label=$2
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/macula-desktop
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
# shellcheck source=../../machine/debian.sh
. "$here/../../machine/debian.sh"
command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null || die 'the stand-in node needs Go 1.26 or newer (go) to compile the control plane.'
compiled() { # FOLDER NAME: prints the program's path
  local folder=$here/$1 content program
  content=$(cat "$folder/go.mod" "$folder/go.sum" "$folder/main.go" "$here/build.sh" | sha256sum | cut -c1-16)
  program=$cache/$2-$content
  if [ ! -x "$program" ]; then
    printf '  compiling %s from its Go modules (minutes, once)\n' "$2" >&2
    (cd "$folder" && GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -trimpath -ldflags="-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2" -o "$program.new" .) >&2
    find "$cache" -maxdepth 1 -name "$2-????????????????" -delete
    mv "$program.new" "$program"
  fi
  printf '%s\n' "$program"
}
context=$(mktemp -d "${TMPDIR:-/var/tmp}/macula-node.XXXXXX")
trap 'rm -rf "$context"' EXIT
kube=$(compiled control-plane kube)
dns=$(compiled coredns coredns)
cp "$here"/{Dockerfile,*.py,systemctl} "$context/"
for package in iptables libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnfnetlink0 libnetfilter-conntrack3; do
  dpkg-deb -x "$(debian_package trixie "$package")" "$context/rootfs"
done
cp "$kube" "$context/kube"
cp "$dns" "$context/coredns"
DOCKER_BUILDKIT=0 docker build -q -t "$image" --label "$label" "$context"
