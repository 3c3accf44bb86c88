#!/bin/bash
# Does what the official image's start-up promises: writes the API's key and renders the named templates with the
# environment, then runs the server.
set -euo pipefail
dir=/etc/powerdns/pdns.d
if [ -n "${PDNS_AUTH_API_KEY:-}" ]; then
  printf 'api-key=%s\nwebserver=yes\n' "$PDNS_AUTH_API_KEY" >"$dir/_api.conf"
fi
for name in ${TEMPLATE_FILES:-}; do
  python3 - "/etc/powerdns/templates.d/$name.j2" >"$dir/$name.conf" <<'PY'
import os, re, sys
text = open(sys.argv[1]).read()
print(re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: os.environ[match[1]], text), end="")
PY
done
exec pdns_server --guardian=no --daemon=no --disable-syslog --log-timestamp=no --socket-dir=/run/pdns
