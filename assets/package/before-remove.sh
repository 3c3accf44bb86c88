#!/bin/sh
# Before the package goes: what Macula Desktop changed on this machine is undone first, while the program that can undo
# it is still here. A person at a terminal may keep the changes.
set -u
case ${1:-} in
  remove | 0 | '') ;;
  # An upgrade leaves everything as it is.
  *) exit 0 ;;
esac
ledger=/var/lib/macula-desktop
[ -d "$ledger" ] || exit 0
keep=
if [ -t 0 ] && [ "${DEBIAN_FRONTEND:-}" != noninteractive ]; then
  printf 'Macula Desktop keeps a record of what it changed on this machine in %s.\n' "$ledger"
  printf 'Undo these changes before it is removed? [Y/n] '
  read -r answer || answer=
  case $answer in n* | N*) keep=1 ;; esac
fi
if [ -n "$keep" ]; then
  printf 'The changes stay. Installed again, maculactl undo --all takes them back.\n'
  exit 0
fi
# What somebody else changed after us is left and named; the removal goes on all the same.
if env HOME=/root /usr/bin/maculactl undo --all --all-projects --yes; then
  rm -rf "$ledger"
else
  printf 'Not everything was undone (see above); the record stays in %s.\n' "$ledger"
fi
exit 0
