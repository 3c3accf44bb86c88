#!/usr/bin/env bash
# Around a command: this machine with a resolver of its own that a test may change, in mounts that only the command sees; all else
# (network, Docker, processes, home) is this machine's. /etc and /var/lib/macula-desktop are copies, without what set-up wrote.
#
# A real dnsmasq answers on 127.0.1.1 and reads /etc/dnsmasq.d. What is stood in for: systemd, which does not run here, by
# inside/systemctl, that knows the one unit dnsmasq.
#
# Usage: resolver.sh FOLDER COMMAND [ARGUMENTS]; FOLDER becomes /etc/dnsmasq.d, so that the test may write there.
# Root; test machines only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${RESOLVER_INSIDE:-}" != yes ]; then
  RESOLVER_INSIDE=yes exec unshare --mount --propagation private "$here/resolver.sh" "$@"
fi
unset RESOLVER_INSIDE
folder=$1
shift
mount -t tmpfs around /mnt
mkdir -p /mnt/etc /mnt/lib /mnt/run/system
cp -a /etc/. /mnt/etc/
sed -i '/^# BEGIN macula-desktop$/,/^# END macula-desktop$/d' /mnt/etc/hosts
rm -f /mnt/etc/resolv.conf
echo 'nameserver 127.0.1.1' >/mnt/etc/resolv.conf
mkdir -p /mnt/etc/dnsmasq.d
mount --bind "$folder" /mnt/etc/dnsmasq.d
mount --rbind /mnt/etc /etc
if [ -d /var/lib/macula-desktop ]; then mount --bind /mnt/lib /var/lib/macula-desktop; fi
mount --bind /mnt/run /run/systemd
mount --bind "$here/systemctl" /usr/bin/systemctl
systemctl restart dnsmasq
"$@" &
child=$!
trap 'kill -INT $child' INT TERM
code=0
wait $child || code=$?
# A signal ends the wait before the command has ended.
while kill -0 $child 2>/dev/null; do wait $child || code=$?; done
systemctl stop dnsmasq
exit "$code"
