# shellcheck shell=bash
# Sourced by setup.sh and images/base/build.sh: packages of another Debian release than the machine's, without
# upgrading anything else. Wants $cache (a folder that outlives clones) and a `die` that takes a sentence.

# The mirror is the machine's own: whatever its sources name for bookworm also has the other releases.
debian_mirror() {
  local url
  url=$(find /etc/apt/sources.list /etc/apt/sources.list.d -type f -exec cat {} + 2>/dev/null |
    sed -n -E 's/^URIs: *(\S+).*/\1/p; s/^deb (\[[^]]*\] )?(\S+) bookworm main.*/\2/p' | grep '/debian/*$' | head -1) || :
  [ -n "$url" ] || die 'no Debian mirror found in the sources of apt.'
  printf '%s\n' "$url"
}

# Prints the .deb of a package. Its release's list lives in a folder of its own, so that the machine's apt never
# sees it; a .deb that is in the cache is taken as it is.
debian_package() { # RELEASE PACKAGE
  local release=$1 package=$2 lists=$cache/lists-$1 log=$cache/$1.log mirror try
  mkdir -p "$lists/partial" "$cache/debs"
  # A mirror may lag behind the dates of sid; signatures are checked all the same.
  local options=(-o Acquire::Check-Valid-Until=false -o "Dir::Etc::sourcelist=$cache/$release.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$lists"
    -o APT::Sandbox::User=root -o Acquire::Languages=none)
  for try in as-it-is again; do
    if compgen -G "$cache/debs/${package}_*.deb" >/dev/null; then
      compgen -G "$cache/debs/${package}_*.deb" | tail -1
      return
    fi
    # A list of last week names packages that the mirror has replaced: read it anew before giving up.
    if [ ! -e "$lists/done" ] || [ "$try" = again ]; then
      mirror=$(debian_mirror)
      printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$release" >"$cache/$release.list"
      apt-get "${options[@]}" update -qq >"$log" 2>&1 || { tail -5 "$log" >&2; die "the package list of Debian's $release cannot be read."; }
      : >"$lists/done"
    fi
    (cd "$cache/debs" && apt-get "${options[@]}" download "$package") >"$log" 2>&1 || :
  done
  if ! compgen -G "$cache/debs/${package}_*.deb"; then
    tail -5 "$log" >&2
    die "the package $package of Debian's $release cannot be fetched."
  fi
}
