# shellcheck shell=sh
# Functions are called by their names, which shellcheck does not follow.
# shellcheck disable=SC2317
#
# Forwarders of a routing script. It is sourced by setup-*-routing.sh, which says which there are:
# `each COMMAND` calls COMMAND with the name, the listener, the target and socat's arguments of each.
#
# One socat a listener, of the user who starts it, in a process group of its own, so that connections end with it.
# A pid file tells which; it is believed only while the process with that number has exactly these arguments.

: "${project:?is set by the script that sources this}"
state=${XDG_STATE_HOME:-$HOME/.local/state}/$project-routing

say() { printf '%s\n' "$*"; }

# The arguments of a process, one blank between; nothing when there is none.
argv_of() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" || :; }

# Prints the pid of our forwarder on a listener; fails when there is none. LISTENER ARGUMENTS...
living() {
  file=$state/$1.pid
  shift
  [ -r "$file" ] || return 1
  read -r pid <"$file" || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ "$(argv_of "$pid")" = "socat $* " ] || return 1
  say "$pid"
}

# Whether anything listens there: 127.0.0.4:3000 is 0400007F:0BB8 in the kernel's table, 0A is "listening".
listens() {
  address=${1%:*} port=${1##*:}
  old=$IFS
  IFS=.
  # The four numbers of an address.
  # shellcheck disable=SC2086
  set -- $address
  IFS=$old
  grep -qiE "^ *[0-9]+: ($(printf '%02X%02X%02X%02X' "$4" "$3" "$2" "$1")|00000000):$(printf '%04X' "$port") [0-9A-F:]+ 0A " /proc/net/tcp
}

# Whether the target takes a connection. HOST:PORT
answers() { socat -u /dev/null "TCP4:$1,connect-timeout=2" >/dev/null 2>&1; }

# The lowest port that this user may listen on.
lowest() {
  if [ "$(id -u)" = 0 ]; then say 1; else cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || say 1024; fi
}

start_one() { # NAME LISTENER TARGET ARGUMENTS...
  name=$1 listener=$2 target=$3
  shift 3
  if pid=$(living "$listener" "$@"); then
    say "$listener ($name) runs already, pid $pid"
    return
  fi
  rm -f "$state/$listener.pid"
  if [ "${listener##*:}" -lt "$(lowest)" ]; then
    say "$listener ($name) is not started: ports below $(lowest) are root's. Open them (sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80), or run this script with sudo."
    failed=1
    return
  fi
  if listens "$listener"; then
    say "$listener ($name) is not started: another program listens there (ss -ltnp 'sport = :${listener##*:}' names it)."
    failed=1
    return
  fi
  setsid socat "$@" >>"$state/socat.log" 2>&1 </dev/null &
  pid=$!
  say "$pid" >"$state/$listener.pid"
  tries=0
  until listens "$listener"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ] || ! kill -0 "$pid" 2>/dev/null; then
      say "$listener ($name) does not start: $(tail -n 1 "$state/socat.log")"
      kill -TERM "-$pid" 2>/dev/null || :
      rm -f "$state/$listener.pid"
      failed=1
      return
    fi
    sleep 0.1
  done
  say "$listener ($name) leads to $target, pid $pid"
}

stop_one() { # NAME LISTENER TARGET ARGUMENTS...
  name=$1 listener=$2
  shift 3
  if ! pid=$(living "$listener" "$@"); then
    rm -f "$state/$listener.pid"
    return
  fi
  kill -TERM "-$pid" 2>/dev/null || :
  tries=0
  # Asked by its arguments: one that ended has none, however long its parent leaves it in the table of processes.
  while living "$listener" "$@" >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ]; then
      kill -KILL "-$pid" 2>/dev/null || :
      break
    fi
    sleep 0.1
  done
  rm -f "$state/$listener.pid"
  say "$listener ($name) stopped"
}

status_one() { # NAME LISTENER TARGET ARGUMENTS...
  name=$1 listener=$2 target=$3
  shift 3
  if pid=$(living "$listener" "$@"); then
    if answers "$target"; then
      say "$listener ($name) works, pid $pid"
    else
      say "$listener ($name) runs, pid $pid, but $target does not answer"
      failed=1
    fi
  elif listens "$listener"; then
    say "$listener ($name) failed: another program listens there"
    failed=1
  else
    say "$listener ($name) stopped"
    failed=1
  fi
}

failed=0
for tool in socat setsid; do
  command -v "$tool" >/dev/null || {
    say "$tool is missing. Debian, Ubuntu: apt-get install socat util-linux. Arch: pacman -S socat util-linux." >&2
    exit 1
  }
done
case ${1:-} in
  start)
    mkdir -p "$state"
    each start_one
    ;;
  stop)
    each stop_one
    rm -f "$state/socat.log"
    rmdir "$state" 2>/dev/null || :
    ;;
  restart)
    each stop_one
    mkdir -p "$state"
    each start_one
    ;;
  status) each status_one ;;
  *)
    say "Usage: $0 start|stop|restart|status" >&2
    exit 2
    ;;
esac
exit "$failed"
