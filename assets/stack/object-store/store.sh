#!/bin/sh
# Run in the container while the server answers; the image has bash, coreutils and mc, no grep, no sed.
#   prepare                  makes the platform's buckets and the account macula-app as far as they are missing, and goes on with one
#                            whose making was killed; a line for each
#   list                     the names of all buckets
#   create NAME [versioned]  makes a bucket: "made", or "there" for one that is there, which stays as it is
# A bucket that is whole is never changed, whoever made it. A password comes by the environment and by stdin, never as an argument.
set -eu
umask 077
account=macula-app
MC_CONFIG_DIR=/tmp/macula-mc
export MC_CONFIG_DIR

fail() {
  printf '%s\n' "$1" | tr '\n' ' ' >&2
  exit 1
}

# Runs mc; what it says is kept for its failure, since its success is told in our own words.
said=
try() {
  said=$(mc --quiet --no-color "$@" 2>&1)
}

# A text as JSON has it. Passwords are printable: only these two mean something there.
json() {
  rest=$1 out=
  while [ -n "$rest" ]; do
    first=${rest%"${rest#?}"}
    rest=${rest#?}
    case $first in
      \\ | '"') out=$out\\$first ;;
      *) out=$out$first ;;
    esac
  done
  printf '"%s"' "$out"
}

# NAME USER PASSWORD: an account as mc's own configuration has it (version 10); MC_HOST_… cannot hold every password.
alias_of() {
  printf '"%s":{"url":"http://127.0.0.1:9000","api":"S3v4","path":"on","accessKey":%s,"secretKey":%s}' "$1" "$(json "$2")" "$(json "$3")"
}

# Whole or not at all: another start may read it meanwhile.
configure() {
  mkdir -p "$MC_CONFIG_DIR"
  printf '{"version":"10","aliases":{%s,%s}}\n' "$(alias_of root "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD")" \
    "$(alias_of app "$account" "$MACULA_APP_SECRET")" >"$MC_CONFIG_DIR/config.json.$$"
  mv "$MC_CONFIG_DIR/config.json.$$" "$MC_CONFIG_DIR/config.json"
}

# A folder of a single-drive server is a bucket.
has() { [ -d "/data/$1" ]; }

# A bucket is made in several calls, and any of them may be the last one of a process that is killed. So a file of ours says that it
# is being made, from before the first call until after the last; a server takes no file beside its buckets for one of them.
making() { printf '/data/.macula-making-%s' "$1"; }

# Whether it is there and nobody has to go on with it: then it is never changed, whoever made it.
whole() { has "$1" && [ ! -e "$(making "$1")" ]; }

# NAME DAYS: versioned, what was overwritten or deleted stays for DAYS. Every call may be made again.
versioned() {
  ! whole "$1" || return 0
  : >"$(making "$1")"
  try mb --ignore-existing --with-versioning "root/$1" </dev/null || fail "mc mb: $said"
  # Not a pipe into try: what mc says would be lost with its subshell.
  said=$(rules "$2" | mc --quiet --no-color ilm import "root/$1" 2>&1) || fail "mc ilm import: $said"
  rm -f "$(making "$1")"
  printf 'bucket %s created: versioned, older versions are kept for %s days\n' "$1" "$2"
}

# Two rules: what deletes markers cannot stand in one with days (S3, "Expiration").
rules() {
  printf '%s\n' '{"Rules":[
    {"ID":"macula-older-versions","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":'"$1"'}},
    {"ID":"macula-delete-markers","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"ExpiredObjectDeleteMarker":true}}]}'
}

# The password is the one of the environment, also in data that was made with another; a policy that is there stays.
allow() {
  try ls app </dev/null && return
  is_new=$(mc --quiet --no-color admin user info root "$account" </dev/null >/dev/null 2>&1 && echo no || echo yes)
  try admin policy info root "$account" </dev/null ||
    try admin policy create root "$account" /etc/macula/app-policy.json </dev/null || fail "mc admin policy create: $said"
  said=$(printf '%s\n' "$MACULA_APP_SECRET" | mc --quiet --no-color admin user add root "$account" 2>&1) ||
    fail "mc admin user add: $said"
  # Attached before, which some versions of mc take for an error (minio/mc, cmd/admin-policy-attach.go: ignored since).
  try admin policy attach root "$account" --user "$account" </dev/null ||
    case $said in
      *'The specified policy change is already in effect'*) ;;
      *) fail "mc admin policy attach: $said" ;;
    esac
  try ls app </dev/null || fail "The account $account cannot list buckets: $said"
  if [ "$is_new" = yes ]; then
    printf 'account %s created for programs\n' "$account"
  else
    printf 'account %s has the password of this installation\n' "$account"
  fi
}

case ${1:-} in
  prepare)
    configure
    if ! has tempo; then
      try mb root/tempo </dev/null || has tempo || fail "mc mb: $said"
      printf 'bucket tempo created\n'
    fi
    versioned backups 7
    versioned artifacts 30
    allow
    ;;
  list)
    for folder in /data/*/; do
      name=${folder%/}
      name=${name##*/}
      [ "$name" = '*' ] || printf '%s\n' "$name"
    done
    ;;
  create)
    name=$2
    if whole "$name"; then
      echo there
      exit 0
    fi
    configure
    # One whose making was killed is what that was to make: versioned.
    if [ "${3:-}" = versioned ] || has "$name"; then
      : >"$(making "$name")"
      if ! try mb --ignore-existing --with-versioning "app/$name" </dev/null; then
        has "$name" || rm -f "$(making "$name")"
        fail "$said"
      fi
      rm -f "$(making "$name")"
    else
      try mb "app/$name" </dev/null || fail "$said"
    fi
    echo made
    ;;
  *) fail 'Usage: store.sh prepare|list|create NAME [versioned]' ;;
esac
