#!/bin/sh
# Inside a room: as.sh USER NODE-FOLDER PROJECT tty|none [NAME=VALUE…] STORY. Makes Node and the project readable
# for a plain user, and lets sudo ask for a password ("secret") as on a person's machine.
set -eu
user=$1 node=$2 project=$3 terminal=$4
shift 4
if [ "$user" = root ]; then
  [ "$#" = 1 ] || { echo 'as.sh: no variables for root' >&2; exit 2; }
  exec "$node/node" "$project/test/integration/root/inside/$1"
fi
"$node/node" "$project/test/integration/root/inside/forget.ts" >/dev/null
mkdir -p /mnt/node /mnt/project "/mnt/home/$user"
chmod 755 /mnt /mnt/home
mount --bind "$node" /mnt/node
mount --bind "$project" /mnt/project
chown "$user" "/mnt/home/$user"
printf '%s ALL=(ALL) ALL\n' "$user" >"/etc/sudoers.d/$user"
chmod 440 "/etc/sudoers.d/$user"
printf '%s:secret\n' "$user" | chpasswd
cd /
for story; do :; done
set -- setpriv --reuid "$user" --regid "$user" --init-groups --reset-env env "HOME=/mnt/home/$user" "$@"
if [ "$terminal" = tty ]; then
  # The last word is the story; script(1) wants one sentence, all of whose words are ours.
  exec script -qefc "exec $(echo "$*" | sed "s|$story\$||") /mnt/node/node /mnt/project/test/integration/root/inside/$story" /dev/null
fi
count=$#
while [ "$count" -gt 1 ]; do set -- "$@" "$1"; shift; count=$((count - 1)); done
shift
exec "$@" /mnt/node/node "/mnt/project/test/integration/root/inside/$story"
