#!/bin/sh
# Debian builds Prometheus without the OTLP receiver: its flag and its part of the configuration are left out here,
# everything else goes on as it is.
set -eu
for word; do
  shift
  case $word in
    --web.enable-otlp-receiver) ;;
    --config.file=*)
      sed '/^otlp:/,/^[a-z]/{/^otlp:/d;/^ /d}' "${word#--config.file=}" >/tmp/prometheus.yml
      set -- "$@" --config.file=/tmp/prometheus.yml
      ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec /usr/bin/prometheus "$@"
