#!/usr/bin/env bash
# The machine of a person who has run the platform's own scripts, in a room (room.sh): its Compose project with the real
# registry, PostgreSQL 15 and PowerDNS, PostgreSQL 16 with TimescaleDB, Prometheus and nginx (test/images, under the names that
# the project has) and with data in their volumes; a system dnsmasq, lines of /etc/hosts, socat of the person, of root and of a
# unit. A stand-in is the container with the labels of a KinD node. Images come on stdin, as `docker save` writes them; FILE
# names them ("SERVICE IMAGE" a line, build.mjs --list).
#
# Usage: old-world.sh FILE
set -euo pipefail
images=$1
user=macula-test
home=/mnt/home/$user
infra=$home/macula/dev/infrastructure
chmod 755 /mnt
mkdir -p "$infra/config" /tmp/image/{bin,lib,lib64,www,tmp}
as() { setpriv --reuid "$user" --regid "$user" --init-groups --reset-env env "HOME=$home" PATH="$PATH" "$@"; }
soon() { # WORDS: waits until it is so, up to two minutes
  local left=600
  until "$@" >/dev/null 2>&1; do
    [ "$left" -gt 0 ] || { echo "never so: $*" >&2; "$@" >&2 || :; exit 1; }
    left=$((left - 1))
    sleep 0.2
  done
}

docker load --quiet >/dev/null
tag() { docker tag "$(awk -v service="$1" '$1 == service { print $2 }' "$images")" "$2"; }
tag registry registry:2
tag old-postgres postgres:15-alpine
tag powerdns powerdns/pdns-auth-48:latest
tag prometheus prom/prometheus:latest
tag old-timescaledb timescale/timescaledb:latest-pg16
tag ingress nginx:alpine

# The node of the cluster and the person's own container are busybox.
cp "$(command -v busybox)" /tmp/image/bin/busybox
ldd "$(command -v busybox)" | grep -o '/lib[^ ]*' | while read -r one; do mkdir -p "/tmp/image${one%/*}" && cp -L "$one" "/tmp/image$one"; done
for one in sh httpd sleep; do ln -s busybox "/tmp/image/bin/$one"; done
echo node >/tmp/image/www/index.html
tar -C /tmp/image -c . | docker import - kindest/node:v1.31.0 >/dev/null

cat >"$infra/.env" <<'EOF'
POSTGRES_PASSWORD=of-their-own
TIMESCALEDB_PASSWORD=rows-of-their-own
POWERDNS_API_KEY=key-of-their-own
EOF
cat >"$infra/config/nginx.conf" <<'EOF'
client_max_body_size 0;
server { listen 80 default_server; location / { default_type text/plain; return 200 "old"; } }
server { listen 80; listen 5001 default_server; server_name registry.macula.local;
  location / { proxy_pass http://registry:5000; proxy_set_header Host $http_host; } }
EOF
docker run --rm --entrypoint cat prom/prometheus:latest /usr/local/share/doc/pdns/schema.pgsql.sql >"$infra/config/schema.sql"
cat >"$infra/docker-compose.yml" <<'EOF'
services:
  registry:
    image: registry:2
    container_name: macula-registry
    restart: unless-stopped
    stop_grace_period: 2s
    volumes: [registry-data:/var/lib/registry]
    networks: { macula-infra: {} }
  dns-postgres:
    image: postgres:15-alpine
    container_name: macula-dns-postgres
    restart: unless-stopped
    # As the published images are configured; Debian's PostgreSQL listens on 127.0.0.1 only.
    command: [postgres, -c, "listen_addresses=*"]
    environment: { POSTGRES_USER: pdns, POSTGRES_DB: pdns, POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?set it in .env}" }
    healthcheck: { test: [CMD, pg_isready, -h, 127.0.0.1, -U, pdns], interval: 1s, timeout: 5s, retries: 120 }
    volumes: [dns-postgres-data:/var/lib/postgresql/data, ./config/schema.sql:/docker-entrypoint-initdb.d/schema.sql:ro]
    networks: { macula-infra: {} }
  powerdns:
    image: powerdns/pdns-auth-48:latest
    container_name: macula-powerdns
    restart: unless-stopped
    depends_on: { dns-postgres: { condition: service_healthy } }
    entrypoint: [tini, --, pdns_server, --config-dir=/nowhere, --guardian=no, --daemon=no, --disable-syslog, --launch=gpgsql,
      --gpgsql-host=dns-postgres, --gpgsql-user=pdns, --gpgsql-dbname=pdns, "--gpgsql-password=${POSTGRES_PASSWORD}", --webserver=yes,
      --webserver-address=0.0.0.0, --webserver-allow-from=0.0.0.0/0, --api=yes, "--api-key=${POWERDNS_API_KEY}"]
    networks: { macula-infra: { ipv4_address: 172.23.0.10 } }
  prometheus:
    image: prom/prometheus:latest
    container_name: macula-prometheus
    restart: unless-stopped
    volumes: [prometheus-data:/prometheus]
    networks: { macula-infra: { ipv4_address: 172.23.0.20 } }
  timescaledb:
    image: timescale/timescaledb:latest-pg16
    container_name: macula-timescaledb
    restart: unless-stopped
    command: [postgres, -c, shared_preload_libraries=timescaledb, -c, "listen_addresses=*"]
    environment: { POSTGRES_USER: macula, POSTGRES_DB: macula, POSTGRES_PASSWORD: "${TIMESCALEDB_PASSWORD}" }
    volumes: [timescaledb-data:/var/lib/postgresql/data]
    networks: { macula-infra: { ipv4_address: 172.23.0.31 } }
  nginx-ingress:
    image: nginx:alpine
    container_name: macula-nginx-ingress
    restart: unless-stopped
    depends_on: [registry]
    ports: ["80:80", "5001:5001"]
    volumes: [./config/nginx.conf:/etc/nginx/conf.d/default.conf:ro]
    networks: { macula-infra: {} }
volumes: { registry-data: {}, dns-postgres-data: {}, timescaledb-data: {}, prometheus-data: {} }
networks:
  macula-infra:
    ipam: { config: [{ subnet: 172.23.0.0/16 }] }
EOF
chown -R "$user:" "$home"
cd "$infra"
as docker compose up -d --quiet-pull >/tmp/up.log 2>&1 || { cat /tmp/up.log >&2; exit 1; }

# Images of months: two repositories, three tags, each with a layer of its own.
soon curl -sf http://localhost:5001/v2/
for one in macula/console:latest macula/shop:1.0 macula/shop:1.1; do
  mkdir -p /tmp/pushed
  head -c 300000 /dev/urandom >/tmp/pushed/of-ours
  tar -C /tmp/pushed -c . | docker import - "localhost:5001/$one" >/dev/null
  docker push -q "localhost:5001/$one" >/dev/null
  docker image inspect --format '{{index .RepoDigests 0}}' "localhost:5001/$one"
  docker image rm "localhost:5001/$one" >/dev/null
done >/tmp/pushed.txt
# A lab zone, as ExternalDNS and people write it.
api=http://172.23.0.10:8081/api/v1/servers/localhost/zones
soon curl -sf -H 'X-API-Key: key-of-their-own' "$api"
curl -sSf -o /dev/null -H 'X-API-Key: key-of-their-own' -H 'Content-Type: application/json' "$api" -d '{
  "name": "lab.", "kind": "Native", "nameservers": ["ns.lab."], "rrsets": [
  { "name": "ns.lab.", "type": "A", "ttl": 60, "records": [{ "content": "192.168.9.1", "disabled": false }] },
  { "name": "beam00.lab.", "type": "A", "ttl": 60, "records": [{ "content": "192.168.9.10", "disabled": false }] },
  { "name": "beam00.lab.", "type": "TXT", "ttl": 60, "records": [{ "content": "\"heritage=external-dns,owner=beam\"", "disabled": false }] } ] }'
# Rows in a hypertable, and a second database with a role of its own.
soon docker exec macula-timescaledb pg_isready -h 127.0.0.1 -U macula
docker exec -i macula-timescaledb psql -q -v ON_ERROR_STOP=1 -U macula -d macula >/dev/null <<'EOF'
CREATE EXTENSION IF NOT EXISTS timescaledb;
CREATE TABLE readings (at timestamptz NOT NULL, sensor int, value double precision);
SELECT create_hypertable('readings', 'at', chunk_time_interval => interval '1 day');
INSERT INTO readings SELECT timestamptz '2026-01-01' + n * interval '10 minutes', n % 7, n FROM generate_series(0, 4999) n;
CREATE ROLE console LOGIN PASSWORD 'consoles-own';
CREATE DATABASE macula_console OWNER console;
\c macula_console
CREATE TABLE users (name text);
INSERT INTO users VALUES ('ada'), ('joe'), ('kim');
ALTER TABLE users OWNER TO console;
EOF
# One that a person had stopped is to be stopped again afterwards.
docker stop -t 1 macula-prometheus >/dev/null
# kind writes a context for whoever makes a cluster.
mkdir "$home/.kube"
cat >"$home/.kube/config" <<'EOF'
apiVersion: v1
kind: Config
clusters: [{ name: kind-macula-dev, cluster: { server: "https://127.0.0.1:33215" } }]
contexts: [{ name: kind-macula-dev, context: { cluster: kind-macula-dev, user: kind-macula-dev } }]
users: []
EOF
chown -R "$user:" "$home/.kube"
docker run -d --name macula-dev-control-plane --label io.x-k8s.kind.cluster=macula-dev --label io.x-k8s.kind.role=control-plane \
  -p 127.0.0.1:8080:80 --network infrastructure_macula-infra --network-alias hub kindest/node:v1.31.0 \
  sh -c "trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait" >/dev/null
# A project of the person's own, which is none of this.
docker run -d --name shop-web-1 --label com.docker.compose.project=shop --label com.docker.compose.service=web kindest/node:v1.31.0 sleep 3600 >/dev/null

mkdir -p /etc/dnsmasq.d
cat >/etc/dnsmasq.d/macula.conf <<'EOF'
# Macula local development
no-hosts
address=/registry.macula.local/127.0.0.1
address=/grafana.macula.local/127.0.0.4
server=/lab/172.23.0.10
EOF
cat >>/etc/hosts <<'EOF'
127.0.0.1 home.macula.local
127.0.0.1 grafana.macula.local prometheus.macula.local my-own-box   # by a script
192.168.7.9 nas.macula.local
EOF
cat >/usr/local/bin/macula-forwarding <<'EOF'
#!/bin/sh
: >/run/forwarding.pids
forward() { socat "TCP-LISTEN:$2,bind=$1,fork,reuseaddr" "TCP:$3" </dev/null >/dev/null 2>&1 & echo "$!" >>/run/forwarding.pids; }
forward 127.0.0.2 80 127.0.0.1:8080
forward 127.0.0.2 443 127.0.0.1:8443
EOF
chmod 755 /usr/local/bin/macula-forwarding
cat >/etc/systemd/system/macula-port-forwarding.service <<'EOF'
[Unit]
Description=Macula port forwarding
[Service]
Type=forking
ExecStart=/usr/local/bin/macula-forwarding
Restart=on-failure
[Install]
WantedBy=multi-user.target
EOF
systemctl enable macula-port-forwarding.service
systemctl start macula-port-forwarding.service
systemctl start dnsmasq
setsid socat TCP-LISTEN:3100,bind=127.0.0.5,fork,reuseaddr TCP:172.23.0.22:3100 </dev/null >/dev/null 2>&1 &
as mkdir -p /tmp/macula-socat
as setsid sh -c 'socat TCP-LISTEN:9090,bind=127.0.0.3,fork,reuseaddr TCP:172.23.0.20:9090 </dev/null >/dev/null 2>&1 & echo $! >/tmp/macula-socat/prometheus.pid'
as setsid sh -c 'socat TCP-LISTEN:3000,bind=127.0.0.4,fork,reuseaddr TCP:172.23.0.21:3000 </dev/null >/dev/null 2>&1 & echo $! >/tmp/macula-socat/grafana.pid'
