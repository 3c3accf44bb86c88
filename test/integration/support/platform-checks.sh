#!/bin/sh
# What the health scripts of the platform's people ask of their machine, in our own words (see "Health scripts ask" of
# the platform's description in docs/testing.md). Usage: platform-checks.sh PART…, parts: compose http tcp health names
# cluster. SUFFIX: what names end in; POWERDNS_API_KEY: for the name server's API; PROJECT: the Compose project;
# CLUSTER: the KinD cluster; APPLICATIONS: those that have been pushed; KUBECONFIG as for kubectl.
# Prints a line a check and ends with 1 when any failed.
SUFFIX=${SUFFIX:-macula.local}
PROJECT=${PROJECT:-macula}
INFRASTRUCTURE='home registry dns dns-admin prometheus grafana loki tempo draw postgres s3 s3-console otlp'
APPLICATIONS=${APPLICATIONS:-console bootstrap peer1 peer2}
failed=0

# check NAME COMMAND…: one line, with what the command said where it failed.
check() {
  name=$1
  shift
  if said=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "FAILED  $name: $(printf '%s' "$said" | tail -n 1)"
    failed=1
  fi
}

# answers URL [HEADER]: 2xx within half a minute, which a loaded machine may take.
answers() {
  if [ $# -gt 1 ]; then curl -fsS -m 30 -o /dev/null -H "$2" "$1"; else curl -fsS -m 30 -o /dev/null "$1"; fi
}

# says URL: 200, with something to read.
says() {
  text=$(curl -fsS -m 30 "$1") || return 1
  [ -n "$text" ]
}

# open HOST PORT: takes a TCP connection.
open() { socat -u /dev/null "TCP:$1:$2,connect-timeout=30"; }

# resolves NAME: its first address as dig has it from 127.0.0.1, one of the loopback addresses.
resolves() {
  address=$(dig +short +time=20 +tries=1 "$1" @127.0.0.1 | head -n 1)
  case $address in 127.0.*) ;; *) echo "${address:-no address}" && return 1 ;; esac
}

# runs SERVICE: as Compose tells it.
runs() {
  state=$(docker compose -p "$PROJECT" ps -a --format '{{.State}}' "$1") || return 1
  [ "$state" = running ] || { echo "${state:-not there}" && return 1; }
}

compose() {
  for service in $(docker compose -p "$PROJECT" ps -a --services); do check "compose ps $service" runs "$service"; done
  count=$(docker compose -p "$PROJECT" ps -a --services | grep -c .)
  check "compose ps lists at least fourteen services ($count)" test "$count" -ge 14
}

http() {
  check 'registry /v2/' answers "http://registry.$SUFFIX/v2/"
  check 'dns /api/v1/servers' answers "http://dns.$SUFFIX/api/v1/servers" "X-API-Key: ${POWERDNS_API_KEY:-}"
  check 'prometheus /-/healthy' answers "http://prometheus.$SUFFIX/-/healthy"
  check 'grafana /api/health' answers "http://grafana.$SUFFIX/api/health"
  check 'loki /ready' answers "http://loki.$SUFFIX/ready"
  check 'tempo /ready' answers "http://tempo.$SUFFIX/ready"
  check 'draw /' answers "http://draw.$SUFFIX/"
  check 's3 /minio/health/live' answers "http://s3.$SUFFIX/minio/health/live"
  check 's3-console /' answers "http://s3-console.$SUFFIX/"
  check 'localhost:5001 /v2/' answers http://localhost:5001/v2/
  check 'home /' says "http://home.$SUFFIX/"
}

tcp() { check 'postgres:5432' open "postgres.$SUFFIX" 5432; }

health() {
  for name in $INFRASTRUCTURE; do check "$name /health" says "http://$name.$SUFFIX/health"; done
}

names() {
  for name in $INFRASTRUCTURE $APPLICATIONS; do check "dig $name" resolves "$name.$SUFFIX"; done
}

cluster() {
  check "context kind-${CLUSTER:-macula-hub}" kubectl config get-contexts "kind-${CLUSTER:-macula-hub}"
  check 'a node is ready' sh -c 'kubectl get nodes --no-headers | grep -q " Ready"'
  check 'its ingress answers' sh -c "curl -sS -m 30 -o /dev/null http://127.0.0.2/"
  check 'socat 127.0.0.2 to 8080' pgrep -f 'socat.*127\.0\.0\.2.*8080'
  for name in $APPLICATIONS; do check "$name /health" says "http://$name.$SUFFIX/health"; done
}

for part in "$@"; do
  case $part in
    compose) compose ;;
    http) http ;;
    tcp) tcp ;;
    health) health ;;
    names) names ;;
    cluster) cluster ;;
    *) echo "no part $part" >&2 && exit 2 ;;
  esac
done
exit "$failed"
