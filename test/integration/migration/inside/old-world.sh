#!/usr/bin/env bash
# The machine of a person who has run the platform's own scripts, in a room (room.sh): its Compose project (images are
# stand-ins of busybox, Docker and Compose are real), a container with the labels of a KinD node, a system dnsmasq, lines of
# /etc/hosts, socat of the person, of root and of a unit.
set -euo pipefail
user=macula-test
home=/mnt/home/$user
infra=$home/macula/dev/infrastructure
chmod 755 /mnt
mkdir -p "$infra" /tmp/image/{bin,lib,lib64,www,tmp}
as() { setpriv --reuid "$user" --regid "$user" --init-groups --reset-env env "HOME=$home" PATH="$PATH" "$@"; }

cp "$(command -v busybox)" /tmp/image/bin/busybox
ldd "$(command -v busybox)" | grep -o '/lib[^ ]*' | while read -r one; do mkdir -p "/tmp/image${one%/*}" && cp -L "$one" "/tmp/image$one"; done
for one in sh httpd sleep cat echo; do ln -s busybox "/tmp/image/bin/$one"; done
echo old >/tmp/image/www/index.html
tar -C /tmp/image -c . | docker import - old:latest >/dev/null
rm -rf /tmp/image
for image in registry:2 nginx:alpine postgres:15-alpine powerdns/pdns-auth-48:latest prom/prometheus:latest \
  timescale/timescaledb:latest-pg16 kindest/node:v1.31.0; do docker tag old:latest "$image"; done

serve='command: ["sh", "-c", "trap '"'exit 0'"' TERM; httpd -f -p $$PORT -h /www & wait"]'
cat >"$infra/docker-compose.yml" <<EOF
services:
  registry:
    image: registry:2
    container_name: macula-registry
    restart: unless-stopped
    environment: { PORT: 5000 }
    $serve
    volumes: [registry-data:/var/lib/registry]
    networks: { macula-infra: {} }
  dns-postgres:
    image: postgres:15-alpine
    container_name: macula-dns-postgres
    restart: unless-stopped
    environment: { PORT: 5432, POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD:?set it in .env}" }
    $serve
    volumes: [dns-postgres-data:/var/lib/postgresql/data]
    networks: { macula-infra: {} }
  powerdns:
    image: powerdns/pdns-auth-48:latest
    container_name: macula-powerdns
    restart: unless-stopped
    depends_on: [dns-postgres]
    environment: { PORT: 8081 }
    $serve
    networks: { macula-infra: { ipv4_address: 172.23.0.10 } }
  prometheus:
    image: prom/prometheus:latest
    container_name: macula-prometheus
    restart: unless-stopped
    environment: { PORT: 9090 }
    $serve
    networks: { macula-infra: { ipv4_address: 172.23.0.20 } }
  timescaledb:
    image: timescale/timescaledb:latest-pg16
    container_name: macula-timescaledb
    restart: unless-stopped
    environment: { PORT: 5432 }
    $serve
    volumes: [timescaledb-data:/var/lib/postgresql/data]
    networks: { macula-infra: { ipv4_address: 172.23.0.31 } }
  nginx-ingress:
    image: nginx:alpine
    container_name: macula-nginx-ingress
    restart: unless-stopped
    depends_on: [registry]
    environment: { PORT: 80 }
    $serve
    ports: ["80:80", "5001:80"]
    networks: { macula-infra: {} }
volumes: { registry-data: {}, dns-postgres-data: {}, timescaledb-data: {} }
networks:
  macula-infra:
    ipam: { config: [{ subnet: 172.23.0.0/16 }] }
EOF
echo 'POSTGRES_PASSWORD=of-their-own' >"$infra/.env"
chown -R "$user:" "$home"
cd "$infra"
as docker compose up -d --quiet-pull >/dev/null 2>&1
# One that a person had stopped is to be stopped again afterwards.
docker stop -t 1 macula-timescaledb >/dev/null
docker run --rm -v infrastructure_registry-data:/data old:latest sh -c 'echo pushed >/data/image'
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
docker run -d --name shop-web-1 --label com.docker.compose.project=shop --label com.docker.compose.service=web old:latest sleep 3600 >/dev/null

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
