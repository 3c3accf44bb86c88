
[ -r .env ] || {
  printf '%s\n' 'There is no .env here: it has the key of PowerDNS.' >&2
  exit 1
}
key=$(sed -n "s/^$variable=//p" .env | sed "s/^'\(.*\)'\$/\1/")

# The key goes in by stdin: every user can read the arguments of a program.
ask() { printf 'header = "X-API-Key: %s"\n' "$key" | curl -K - -sS -m 10 "$@"; }

failed=0
for file in config/zones/*.json; do
  zone=${file##*/} && zone=${zone%.json}
  code=$(ask -o /dev/null -w '%{http_code}' "$api/$zone.") || code=none
  case $code in
    200) printf '%s\n' "The zone $zone is there already." ;;
    404)
      ask -f -o /dev/null -H 'Content-Type: application/json' --data-binary "@$file" "$api"
      printf '%s\n' "The zone $zone is made."
      ;;
    *)
      printf '%s\n' "PowerDNS does not answer at $api as it should ($code)." >&2
      failed=1
      ;;
  esac
done
exit "$failed"
