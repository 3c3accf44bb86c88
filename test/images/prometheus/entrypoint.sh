#!/bin/sh
# Debian builds Prometheus without the OTLP receiver, so its flag is left out; all else, the whole configuration
# file too, goes to the real program as it is.
set -eu
for word; do
  shift
  [ "$word" = --web.enable-otlp-receiver ] || set -- "$@" "$word"
done
exec /bin/prometheus "$@"
