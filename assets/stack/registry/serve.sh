#!/bin/sh
# Serves images. The registry reads only at its start whether it takes pushes, and blobs may be deleted only while it takes
# none (distribution, "Garbage collection"): while collect.sh runs, it is served read-only; this takes the moment of a start.
set -eu
state=/tmp/registry
config=/etc/distribution/config.yml
mkdir -p "$state"
rm -f "$state/collector" "$state/deleting" "$state/pid"
# Signs where an upload stands, so that one goes on after the registry was started again.
REGISTRY_HTTP_SECRET=${REGISTRY_HTTP_SECRET:-$(od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n')}
export REGISTRY_HTTP_SECRET
ending=
server=
trap 'ending=1; [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || :' TERM INT
while [ -z "$ending" ]; do
  watcher=
  collector=$(cat "$state/collector" 2>/dev/null || :)
  if [ -n "$collector" ]; then
    REGISTRY_STORAGE_MAINTENANCE_READONLY='{"enabled":true}' registry serve "$config" &
    server=$!
    # However the collector ends, pushes are taken again after it.
    (
      trap - TERM INT
      while [ -e "$state/collector" ] && kill -0 "$collector" 2>/dev/null; do sleep 0.2; done
      # What a killed collector left must not delete while pushes are taken.
      if deleting=$(cat "$state/deleting" 2>/dev/null); then
        while kill -KILL "$deleting" 2>/dev/null; do sleep 0.1; done
      fi
      rm -f "$state/collector"
      kill -TERM "$server"
    ) &
    watcher=$!
  else
    registry serve "$config" &
    server=$!
  fi
  printf '%s\n' "$server" >"$state/pid.new"
  mv "$state/pid.new" "$state/pid"
  code=0
  wait "$server" || code=$?
  # A signal ends the wait before the registry ends.
  while kill -0 "$server" 2>/dev/null; do
    code=0
    wait "$server" || code=$?
  done
  if [ -n "$watcher" ]; then
    kill -TERM "$watcher" 2>/dev/null || :
    wait "$watcher" 2>/dev/null || :
  # It ended by itself, not for a collector: Docker starts the container again, and says so.
  elif [ ! -e "$state/collector" ]; then
    exit "$code"
  fi
done
exit "$code"
