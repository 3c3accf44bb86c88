#!/bin/sh
# Leads the names in config/dnsmasq/macula.conf to this machine: by the system's dnsmasq, or by NetworkManager's own.
# Usage: sudo ./setup-dnsmasq.sh          writes it; run again it changes nothing
#        sudo ./setup-dnsmasq.sh --undo   takes it back; what was there before is put back
set -eu

here=$(cd "$(dirname "$0")" && pwd)
names=$here/config/dnsmasq/macula.conf
file=/etc/dnsmasq.d/macula.conf
link=/etc/NetworkManager/dnsmasq.d/macula.conf
kept=/var/lib/macula-infrastructure
# The first line of every file of ours.
mark=$(head -n 1 "$names")

say() { printf '%s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}
is_ours() { [ -f "$1" ] && [ "$(head -n 1 "$1")" = "$mark" ]; }
under_systemd() { [ -d /run/systemd/system ]; }

# NetworkManager runs a dnsmasq of its own where it is told to, and reads only its own folder.
by_network_manager() {
  command -v NetworkManager >/dev/null && NetworkManager --print-config 2>/dev/null | grep -q '^dns=dnsmasq$'
}
by_system() {
  if under_systemd; then systemctl cat dnsmasq.service >/dev/null 2>&1; else [ -x /etc/init.d/dnsmasq ]; fi
}
# Debian's reads the folder by its own default, others by a line of dnsmasq.conf.
reads_folder() {
  grep -qsE '^(CONFIG_DIR=|conf-dir=)"?/etc/dnsmasq\.d' /etc/default/dnsmasq /etc/dnsmasq.conf
}

# dnsmasq reads its configuration when it starts, never later.
again() {
  if by_network_manager; then
    nmcli general reload dns-full
    say "NetworkManager's dnsmasq was started again."
  fi
  if by_system; then
    if under_systemd; then systemctl restart dnsmasq; else /etc/init.d/dnsmasq restart >/dev/null; fi || die 'dnsmasq does not start; its log says why (journalctl -u dnsmasq, or /var/log/syslog).
Where something else has port 53, as systemd-resolved has on 127.0.0.53, write these two lines into
/etc/dnsmasq.d/local.conf and run this again:
listen-address=127.0.0.1
bind-interfaces'
    say 'dnsmasq was started again.'
  fi
}

# Whether any dnsmasq runs: one that did not start the last time is started by the next.
runs() { pidof dnsmasq >/dev/null 2>&1; }

# Whether programs get the first name's address; the last word of its line in the file is the address.
resolves() {
  line=$(grep '^address=/' "$names" | head -n 1)
  name=${line#address=/} && name=${name%%/*}
  tries=0
  until [ "$(getent ahostsv4 "$name" | awk 'NR == 1 { print $1 }')" = "${line##*/}" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 25 ] || return 1
    sleep 0.2
  done
}

case ${1:-} in
  '' | --undo) ;;
  *)
    say "Usage: $0 [--undo]" >&2
    exit 2
    ;;
esac
[ "$(id -u)" = 0 ] || die "This writes below /etc: sudo $0 ${1:-}"

if [ "${1:-}" = --undo ]; then
  changed=
  if [ -L "$link" ] && [ "$(readlink "$link")" = "$file" ]; then
    rm -f "$link"
    say "$link is gone."
    changed=1
  fi
  if is_ours "$file"; then
    rm -f "$file"
    say "$file is gone."
    changed=1
  elif [ -e "$file" ]; then
    say "$file is not from here any more; it is left as it is."
  fi
  if [ -e "$kept/macula.conf" ] && [ ! -e "$file" ]; then
    mv "$kept/macula.conf" "$file"
    say "$file is as it was before."
    changed=1
  fi
  rmdir "$kept" 2>/dev/null || :
  if [ -n "$changed" ]; then again; else say 'There was nothing to take back.'; fi
  exit 0
fi

by_network_manager || by_system || die 'There is no dnsmasq that could answer the names.
Debian, Ubuntu: apt-get install dnsmasq. Arch: pacman -S dnsmasq. Then run this again.
With NetworkManager: write "dns=dnsmasq" below [main] into /etc/NetworkManager/conf.d/dnsmasq.conf instead.'
if by_system && ! by_network_manager && ! reads_folder; then
  die 'dnsmasq does not read /etc/dnsmasq.d. Add this line to /etc/dnsmasq.conf, then run this again:
conf-dir=/etc/dnsmasq.d,*.conf'
fi

changed=
mkdir -p /etc/dnsmasq.d
if [ ! -e "$file" ] || ! cmp -s "$names" "$file"; then
  if [ -e "$file" ] && ! is_ours "$file"; then
    mkdir -p "$kept"
    cp -p "$file" "$kept/macula.conf"
    say "$file was there before; it is kept as $kept/macula.conf."
  fi
  cp "$names" "$file.new"
  chmod 644 "$file.new"
  mv "$file.new" "$file"
  say "$file is written."
  changed=1
fi
if by_network_manager && [ "$(readlink "$link" 2>/dev/null || :)" != "$file" ]; then
  [ ! -e "$link" ] || die "$link is there and is no link to $file. Move it away, then run this again."
  mkdir -p "${link%/*}"
  ln -s "$file" "$link"
  say "$link leads to it."
  changed=1
fi
if [ -n "$changed" ] || ! runs; then again; else say 'Everything is in place already. Nothing was changed.'; fi

if resolves; then
  say "$name resolves to ${line##*/}."
else
  die "dnsmasq has the names, but programs of this machine do not ask it: $name is not ${line##*/}.
Without systemd-resolved: /etc/resolv.conf must begin with \"nameserver 127.0.0.1\".
With it: write DNS=127.0.0.1 and Domains=~${name#*.} below [Resolve] into /etc/systemd/resolved.conf.d/macula.conf, then
systemctl restart systemd-resolved. A line of /etc/hosts with the name goes before both."
fi
