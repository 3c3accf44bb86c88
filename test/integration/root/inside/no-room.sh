#!/bin/sh
# Sets this sandbox up, takes the room of the person's folders away in one of several ways, stops and undoes.
# Usage: no-room.sh full|read-only|read-only-home   (MACULACTL: the command)
set -u
home=/run/no-room/home
export HOME=$home MACULA_HOME=$home/macula
mkdir -p /run/no-room/home
mount -t tmpfs -o size=4m tmpfs "$home"
mkdir -p "$MACULA_HOME/config"
printf '{"project":"macula-no-room","subnet":"172.28.93.0/24","dnsPort":5397}\n' >"$MACULA_HOME/config/settings.json"
# Whatever else is tried on this machine now shows in the copy of its /etc.
rm -rf /var/lib/macula-desktop /etc/sysctl.d/60-macula.conf /etc/systemd/resolved.conf.d/macula.conf
printf "127.0.0.1 localhost $(uname -n)\n# mine" >/etc/hosts
echo 1024 >/proc/sys/net/ipv4/ip_unprivileged_port_start
sha256sum </etc/hosts >/run/no-room/before
$MACULACTL setup --yes --skip tools --skip kind >/run/no-room/setup 2>&1
echo "setup $?"
printf '{"wanted":["excalidraw"]}\n' >"$MACULA_HOME/state/wanted.json"
case $1 in
  full) head -c 8M /dev/zero >"$home/filler" 2>/dev/null ;;
  read-only) mount --bind "$MACULA_HOME/state" "$MACULA_HOME/state" && mount -o remount,bind,ro "$MACULA_HOME/state" ;;
  read-only-home) mount --bind "$home" "$home" && mount -o remount,bind,ro "$home" ;;
esac
for words in 'down' 'undo --all' 'down'; do
  $MACULACTL $words >/run/no-room/out 2>&1
  echo "$words $?"
  sed 's/^/  /' /run/no-room/out
done
if [ "$(sha256sum </etc/hosts)" = "$(cat /run/no-room/before)" ]; then echo "hosts as before"; fi
$MACULACTL doctor 2>&1 | grep -A4 'cannot be written' | sed 's/^/  /'
echo "empty locks: $(find "$MACULA_HOME" /run/user /tmp/macula-desktop-* -name 'lock*' -size 0 2>/dev/null | wc -l)"
