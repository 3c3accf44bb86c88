
here=$(cd "$(dirname "$0")/.." && pwd)
env_file=$here/infrastructure/.env

say() { printf '%s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}

nodes_of() { docker ps -a --filter "label=io.x-k8s.kind.cluster=$1" --format '{{.Names}}' | sort; }
head_of() { docker ps --filter "label=io.x-k8s.kind.cluster=$1" --filter label=io.x-k8s.kind.role=control-plane --format '{{.Names}}' | sort | head -n 1; }

# The kubectl of the node fits its version; none is needed on this machine.
in_node() {
  node=$1
  shift
  docker exec -i "$node" kubectl --kubeconfig=/etc/kubernetes/admin.conf "$@"
}
apply() {
  node=$1
  shift
  in_node "$node" apply --server-side --force-conflicts --field-manager="$project" "$@"
}
# Lays a folder of this machine into a node. NODE FOLDER PLACE
lay() {
  docker exec "$1" rm -rf "$3"
  docker exec "$1" mkdir -p "${3%/*}"
  docker cp -q "$2" "$1:$3"
}

# The network of the stack, and the way to its registry by each of its names: pods' images are pulled by the node.
join_node() {
  docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$1" | grep -qw -- "$project" ||
    docker network connect "$project" "$1"
  [ -d "$here/cluster/certs.d" ] || return 0
  docker exec "$1" mkdir -p /etc/containerd/certs.d
  docker cp -q "$here/cluster/certs.d/." "$1:/etc/containerd/certs.d/"
}

# Names of the stack for pods; Corefile.names has "node" where the address of the node belongs. NODE ID
put_names() {
  address=$(docker inspect -f "{{(index .NetworkSettings.Networks \"$project\").IPAddress}}" "$1")
  before=$(in_node "$1" -n kube-system get configmap coredns -o 'jsonpath={.data.Corefile}' </dev/null)
  after=$(
    printf '%s\n' "$before" | sed '/^# macula begin/,/^# macula end/d'
    sed "s/^\( *\)node /\1$address /" "$here/cluster/$2/Corefile.names"
  )
  [ "$before" != "$after" ] || return 0
  printf '%s\n' "$after" |
    in_node "$1" -n kube-system create configmap coredns --from-file=Corefile=/dev/stdin --dry-run=client -o yaml |
    apply "$1" -f - >/dev/null
  # It looks at its file by itself too, more slowly.
  in_node "$1" -n kube-system rollout restart deployment coredns </dev/null >/dev/null 2>&1 || :
}

# What every pod may take: the strings of the stack, with the passwords of .env. NODE ID NAMESPACE
put_variables() {
  [ -r "$env_file" ] || {
    say "There is no $env_file, so pods get no connection strings."
    return 0
  }
  awk 'FNR == NR { at = index($0, "="); value = substr($0, at + 1)
         if (value ~ /^\047.*\047$/) value = substr(value, 2, length(value) - 2)
         else if (value ~ /^".*"$/) { value = substr(value, 2, length(value) - 2); gsub(/\\["$\\]/, "\001&", value); gsub(/\001\\/, "", value) }
         if (at > 0) values[substr($0, 1, at - 1)] = value
         next }
       { rest = $0; line = ""
         while (match(rest, /\$\{[A-Z0-9_]+\}/)) {
           name = substr(rest, RSTART + 2, RLENGTH - 3)
           # Of a password of letters and digits .env has one form, which is the same within a URL.
           if (!(name in values)) sub(/_URL_SECRET_/, "_SECRET_", name)
           line = line substr(rest, 1, RSTART - 1) values[name]
           rest = substr(rest, RSTART + RLENGTH)
         }
         print line rest }' "$env_file" "$here/cluster/$2/variables" |
    in_node "$1" -n "$3" create secret generic macula-env --from-env-file=/dev/stdin --dry-run=client -o yaml |
    apply "$1" -f - >/dev/null
}

create_one() { # ID NAME ADDRESS NAMESPACE INGRESS-NAMESPACE INGRESS-APP
  id=$1 name=$2 namespace=$4
  docker network inspect "$project" >/dev/null 2>&1 ||
    die "There is no docker network $project. Start the stack first: cd $here/infrastructure && docker compose up -d"
  if [ -z "$(nodes_of "$name")" ]; then
    command -v kind >/dev/null || die 'kind is missing: https://kind.sigs.k8s.io tells how to get it.'
    kind create cluster --name "$name" --config "$here/cluster/$id/kind.yaml"
  else
    say "The cluster $name is there; its nodes are started."
    for node in $(nodes_of "$name"); do docker start "$node" >/dev/null; done
  fi
  for node in $(nodes_of "$name"); do join_node "$node"; done
  main=$(head_of "$name")
  tries=0
  until in_node "$main" get --raw /readyz </dev/null >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || die "The API server of $name does not answer; docker logs $main may say why."
    sleep 1
  done
  lay "$main" "$here/cluster/$id/base" "/macula/base"
  apply "$main" -f /macula/base </dev/null
  [ ! -e "$here/cluster/registry-hosting.yaml" ] || apply "$main" -f - <"$here/cluster/registry-hosting.yaml"
  put_names "$main" "$id"
  put_variables "$main" "$id" "$namespace"
  each_app put_app
  # kubectl waits for pods only that are there already.
  tries=0
  until [ -n "$(in_node "$main" -n "$5" get pods -l "app=$6" -o name </dev/null)" ] || [ "$tries" -ge 60 ]; do
    tries=$((tries + 1))
    sleep 1
  done
  in_node "$main" -n "$5" wait --for=condition=Ready pod -l "app=$6" --timeout=180s </dev/null ||
    die "The ingress controller is not ready; docker exec $main kubectl --kubeconfig=/etc/kubernetes/admin.conf -n $5 get pods says why."
  say "The cluster $name is up. http://NAME.$suffix leads to it as soon as scripts/setup-kind-routing.sh runs."
}

put_app() { # CLUSTER APP
  [ "$1" = "$id" ] || return 0
  lay "$main" "$here/cluster/$id/apps/$2" "/macula/$2"
  how=-f
  for file in kustomization.yaml kustomization.yml; do [ ! -e "$here/cluster/$id/apps/$2/$file" ] || how=-k; done
  apply "$main" -n "$namespace" "$how" "/macula/$2" </dev/null
}

stop_one() { for node in $(nodes_of "$2"); do docker stop "$node" >/dev/null && say "$node stopped"; done; }
delete_one() {
  command -v kind >/dev/null || die 'kind is missing.'
  kind delete cluster --name "$2"
}
status_one() { # ID NAME ADDRESS NAMESPACE ...
  main=$(head_of "$2")
  if [ -z "$main" ]; then
    say "$2 does not run"
    failed=1
  else
    in_node "$main" get nodes </dev/null
    in_node "$main" -n "$4" get deployments,ingresses </dev/null
  fi
}

failed=0
case ${1:-create} in
  create) each_cluster create_one ;;
  stop) each_cluster stop_one ;;
  delete) each_cluster delete_one ;;
  status) each_cluster status_one ;;
  *)
    say "Usage: $0 [create|stop|delete|status]" >&2
    exit 2
    ;;
esac
exit "$failed"
