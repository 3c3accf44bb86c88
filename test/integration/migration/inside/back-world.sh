#!/usr/bin/env bash
# A Compose project of many ways to be, under the platform's names, made by the real docker compose in a room (room.sh): scaled, one of
# them stopped; paused; exited; profiles; an override; values of a shell; every restart policy; names and fixed addresses on other
# networks; shared networks, processes and volumes; a health that another waits for; volumes with and without a name; what Compose
# itself writes into containers; one by `compose run`. Programs are busybox.
#
# Usage: back-world.sh (makes it) | back-world.sh up (what a person types to bring it up again)
# DATA: written into its volumes.
set -euo pipefail
home=/mnt/home/dev
infra=$home/infrastructure
once() {
  cd "$infra"
  SECRET='p$w "q" '"'" REGISTRY_PORT=5999 docker compose --profile web --env-file .env --env-file more.env up -d --quiet-pull --scale worker=3
}
# As a person does, with values in the shell. Compose does not know whom `near` needs, and starts them at the same time: whoever
# came too early is started by a second one.
up() { once || once; }
[ "${1-}" != up ] || { up; exit; }

mkdir -p /tmp/image/{bin,tmp,data,etc} "$infra/config"
cp "$(command -v busybox)" /tmp/image/bin/busybox
ldd "$(command -v busybox)" | grep -o '/lib[^ ]*' | while read -r one; do mkdir -p "/tmp/image${one%/*}" && cp -L "$one" "/tmp/image$one"; done
for one in sh sleep cat true ls; do ln -s busybox "/tmp/image/bin/$one"; done
echo 'nobody:x:65534:65534::/:/bin/sh' >/tmp/image/etc/passwd
# Each image has its own id, a label and a volume that nobody named.
for one in registry:2 postgres:15-alpine powerdns/pdns-auth-48:latest portal:1 worker:1 kindest/node:v1.31.0 other:1; do
  tar -C /tmp/image -c . | docker import -c "LABEL of=$one" -c 'VOLUME /var/lib/own' -c 'EXPOSE 5000' -c 'ENV BY=image' - "$one" >/dev/null
done
echo 'from a file' >"$infra/config/file"
echo 'FROM_ENV=of .env' >"$infra/.env"
echo 'MORE=more' >"$infra/more.env"
echo 'PORTAL=of its own file' >"$infra/portal.env"
cat >"$infra/docker-compose.yml" <<'YAML'
x-idle: &idle { command: [sh, -c, "trap 'exit 0' TERM; sleep 100000 & wait"], stop_grace_period: 20s }
services:
  registry:
    <<: *idle
    image: registry:2
    container_name: macula-registry
    restart: unless-stopped
    ports: ["${REGISTRY_PORT:-5001}:5000", "127.0.0.1:5998:5000/udp"]
    volumes: [registry-data:/var/lib/registry, "./config/file:/etc/file:ro"]
    networks: { macula-infra: {}, kind: { aliases: [kind-registry], ipv4_address: 172.29.7.9 } }
    labels: { "of.a.person": "yes, with a comma", empty: "" }
  dns-postgres:
    <<: *idle
    image: postgres:15-alpine
    container_name: macula-dns-postgres
    restart: always
    environment: { FROM_ENV: "${FROM_ENV}", MORE: "${MORE}" }
    healthcheck: { test: [CMD, "true"], interval: 1s, timeout: 5s, retries: 120 }
    volumes: [/scratch, dns-data:/var/lib/postgresql/data]
    networks: [macula-infra]
  powerdns:
    <<: *idle
    image: powerdns/pdns-auth-48:latest
    container_name: macula-powerdns
    restart: always
    depends_on: { dns-postgres: { condition: service_healthy } }
    networks: { macula-infra: { ipv4_address: 172.23.0.10, aliases: [dns] } }
  worker:
    <<: *idle
    image: worker:1
    restart: on-failure:5
    environment: { SECRET: "${SECRET}", EMPTY: "", PASSED: null }
    depends_on: [registry]
    networks: [macula-infra, second]
  job:
    image: worker:1
    command: [sh, -c, "exit 0"]
    restart: "no"
    networks: [macula-infra]
  portal:
    <<: *idle
    image: portal:1
    container_name: macula-portal
    profiles: [web]
    env_file: portal.env
    configs: [{ source: written, target: /written }]
    secrets: [token]
    networks: [macula-infra]
  beside:
    <<: *idle
    image: worker:1
    restart: always
    network_mode: "service:registry"
    pid: "service:registry"
    volumes_from: ["dns-postgres:ro"]
  near:
    <<: *idle
    image: worker:1
    # By the name of a container: Compose does not know whom it needs.
    network_mode: "container:macula-registry"
  loner: { <<: *idle, image: worker:1, network_mode: none }
configs: { written: { content: "written by compose for ${SECRET}" } }
secrets: { token: { environment: SECRET } }
volumes: { registry-data: {}, dns-data: { labels: { mine: "1" } } }
networks:
  macula-infra: { ipam: { config: [{ subnet: 172.23.0.0/16, gateway: 172.23.0.1, ip_range: 172.23.8.0/24 }] }, labels: { mine: "net" } }
  second: { internal: true, driver_opts: { com.docker.network.bridge.name: br-second } }
  kind: { external: true }
YAML
cat >"$infra/docker-compose.override.yml" <<'YAML'
services:
  registry:
    hostname: reg
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    sysctls: { net.ipv4.ip_forward: "1" }
    ulimits: { nofile: { soft: 1000, hard: 2000 } }
    tmpfs: [/run/mine]
    extra_hosts: ["far.example:192.0.2.7"]
    dns: [192.0.2.53]
    logging: { driver: json-file, options: { max-size: 1m } }
    init: true
    shm_size: 32m
    mem_limit: 64m
    mac_address: "02:42:ac:17:01:77"
  powerdns: { user: nobody, read_only: true, working_dir: /tmp, security_opt: ["no-new-privileges:true"], stop_signal: SIGTERM, tty: true }
YAML
docker network create --subnet 172.29.7.0/24 kind >/dev/null
up
# What a person does beside Compose.
docker stop infrastructure-worker-2 >/dev/null
docker network connect --ip 172.29.7.20 --alias by-hand --alias pdns kind macula-powerdns
docker update --restart on-failure:7 macula-portal >/dev/null
(cd "$infra" && SECRET=once docker compose run -d --name infrastructure-once --no-deps worker sh -c "trap 'exit 0' TERM; sleep 100000 & wait" >/dev/null)
docker pause macula-powerdns >/dev/null
# A KinD cluster of two nodes, one of them paused; the first is on the project's networks, as is a container that never ran.
kind() { docker run -d --name "$1" --label io.x-k8s.kind.cluster=macula-dev --network kind kindest/node:v1.31.0 sh -c "trap 'exit 0' TERM; sleep 100000 & wait" >/dev/null; }
kind macula-dev-control-plane
kind macula-dev-a-worker
docker pause macula-dev-a-worker >/dev/null
docker network connect --ip 172.23.0.99 --alias hub infrastructure_macula-infra macula-dev-control-plane
docker network connect --alias hub2 infrastructure_second macula-dev-control-plane
docker create --name macula-dev-worker --network infrastructure_macula-infra --network-alias idle kindest/node:v1.31.0 sleep 9 >/dev/null
docker exec macula-registry sh -c 'echo data >/var/lib/registry/kept; echo data >/var/lib/own/kept'
docker exec macula-dns-postgres sh -c 'echo data >/scratch/kept'
