#!/bin/sh
# Deletes what no image needs any more, and says how much space that gave back. Pulls go on meanwhile; pushes are refused, since
# a layer that is just pushed belongs to no image yet and would be deleted with the rest.
# Arguments: those of `registry garbage-collect` before its configuration (--delete-untagged).
set -eu
state=/tmp/registry
config=/etc/distribution/config.yml
images=/var/lib/registry

size() { du -sk "$images" | cut -f1; }
# megabytes KIB: with one decimal, in MB of 10^6 bytes
megabytes() { echo "$(($1 * 1024 / 1000000)).$(($1 * 1024 / 100000 % 10)) MB"; }
# served OTHER_THAN: until a registry of another process answers, at most 60 s
served() {
  until="$(($(date +%s) + 60))"
  while :; do
    pid=$(cat "$state/pid" 2>/dev/null || :)
    if [ -n "$pid" ] && [ "$pid" != "$1" ] && wget -q -O /dev/null http://127.0.0.1:5001/debug/health 2>/dev/null; then
      return 0
    fi
    if [ "$(date +%s)" -ge "$until" ]; then
      echo 'The registry did not answer within 60 s after it was started again; its log says why.' >&2
      return 1
    fi
    sleep 0.1
  done
}

if [ ! -d "$images/docker/registry/v2/repositories" ]; then
  echo 'No image was pushed yet: there is nothing to delete.'
  exit 0
fi
# One at a time: the kernel gives this to one, until that and what it started to delete have ended, however they end.
exec 9>"$state/collecting"
if ! flock -n 9; then
  echo 'Garbage is being collected already. Wait until that has ended.' >&2
  exit 1
fi
trap 'rm -f "$state/collector"' EXIT
rm -f "$state/deleting"
trap 'exit 143' TERM INT HUP

before=$(size)
began=$(date +%s)
first=$(cat "$state/pid")
printf '%s\n' "$$" >"$state/collector.new"
mv "$state/collector.new" "$state/collector"
kill -TERM "$first"
served "$first"
second=$(cat "$state/pid")
code=0
registry garbage-collect "$@" "$config" >"$state/collected" 2>&1 &
printf '%s\n' "$!" >"$state/deleting"
wait "$!" || code=$?
rm -f "$state/collector" "$state/deleting"
served "$second"
seconds=$(($(date +%s) - began))
if [ "$code" != 0 ]; then
  tail -n 20 "$state/collected" >&2
  echo "Garbage collection failed with code $code. Pushes are taken again." >&2
  exit "$code"
fi
after=$(size)
deleted=$(grep -c '^blob eligible for deletion' "$state/collected" || :)
freed=$((before - after))
[ "$freed" -gt 0 ] || freed=0
echo "$deleted blobs deleted, $(megabytes "$freed") given back; $(megabytes "$after") of images are left."
echo "Pushes were refused for about $seconds s; they are taken again."
