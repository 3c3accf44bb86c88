#!/bin/sh
# In place of the image's own start, which prints the configuration that it renders, the key of the API with it: a log is
# read by more than the key is for. The key stays out of the arguments too.
set -eu
umask 077
# pdns.conf includes this folder. The metrics page wants a password from 5.1 on; the API's key serves as one.
printf 'api-key=%s\nwebserver-password=%s\n' "$PDNS_AUTH_API_KEY" "$PDNS_AUTH_API_KEY" >/etc/powerdns/pdns.d/macula.conf
exec pdns_server --disable-syslog "$@"
