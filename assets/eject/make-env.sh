
# A database keeps the password that it was made with: a new one opens nothing that is there.
if [ "${1:-}" != --new ]; then
  there=
  for volume in $volumes; do
    if docker volume inspect "$volume" >/dev/null 2>&1; then there="$there $volume"; fi
  done
  if [ -n "$there" ]; then
    printf '%s\n' "There is data that was made with other passwords:$there" \
      'Copy .env.example to .env and write those into it (maculactl eject --with-secrets does it).' \
      "Where no data is worth keeping: docker volume rm$there, or $0 --new" >&2
    exit 1
  fi
fi
if [ -e .env ]; then
  printf '%s\n' '.env is there already; it is left as it is.' >&2
  exit 1
fi

umask 077
half=.env.$$
trap 'rm -f "$half"' EXIT
for name in $names; do
  printf '%s=%s\n' "$name" "$(LC_ALL=C tr -dc A-Za-z0-9 </dev/urandom | head -c 32)"
done >"$half"
for name in $yours; do printf '%s=\n' "$name"; done >>"$half"
mv "$half" .env
printf '%s\n' '.env is written; only you can read it.'
[ -z "$yours" ] || printf '%s\n' "Write your own values into it:$yours"
