#!/usr/bin/env bash
# Makes .venv with everything pinned by hash; asks apt for the system libraries that are missing.
# `package` makes .venv-package, which holds what the packages are frozen from and nothing else.
# `computer` brings what starts another computer in this one, and nothing else.
# Quick when nothing changed. Usage: setup.sh run|dev|bench|package|computer
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=${1:-run}
venv=.venv
[ "$kind" = package ] && venv=.venv-package

say() { printf '%s\n' "$*" >&2; }

# One line per need: packages from left to right, the first that this release knows is taken (names moved with 64-bit time).
run_packages=(gnupg python3-venv "libglib2.0-0t64|libglib2.0-0" libegl1 libgl1 libxkbcommon0 libdbus-1-3 libnss3 libxcomposite1 libxdamage1 libxfixes3 libxrandr2
  libxtst6 "libasound2t64|libasound2" libxkbfile1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0
  libxcb-render-util0 libxcb-randr0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0 libfontconfig1 fonts-dejavu-core)
dev_packages=(xvfb iproute2 nftables strace faketime unzip openssl x11-xserver-utils e2fsprogs xdotool openbox "dbus-daemon|dbus" at-spi2-core
  sway grim pipewire xdg-desktop-portal xdg-desktop-portal-wlr xdg-desktop-portal-gtk libglib2.0-bin gsettings-desktop-schemas
  debootstrap desktop-file-utils appstream exfatprogs exfat-fuse mount)
bench_packages=(chromium)
computer_packages=(qemu-system-x86)
package_packages=(binutils xz-utils git libgbm1 libwayland-cursor0 libwayland-egl1 "libpython3.13|libpython3.12|libpython3.11")

missing_packages() {
  local wanted=("${run_packages[@]}")
  [ "$kind" = dev ] || [ "$kind" = bench ] && wanted+=("${dev_packages[@]}")
  [ "$kind" = bench ] && wanted+=("${bench_packages[@]}")
  [ "$kind" = package ] && wanted+=("${package_packages[@]}")
  [ "$kind" = computer ] && wanted=("${computer_packages[@]}")
  local need name first installed
  installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package} ' 2>/dev/null | sed 's/ii  *//g') "
  for need in "${wanted[@]}"; do
    first=""
    IFS='|' read -ra names <<<"$need"
    for name in "${names[@]}"; do
      case "$installed" in *" $name "*) first=installed; break ;; esac
    done
    [ "$first" = installed ] && continue
    for name in "${names[@]}"; do
      if [ -n "$(apt-cache --names-only search "^$name\$" 2>/dev/null)" ]; then first=$name; break; fi
    done
    printf '%s\n' "${first:-${names[0]}}"
  done
}

install_packages() {
  command -v dpkg-query >/dev/null || { say "Not Debian or Ubuntu: install gpg, Xvfb and Qt's system libraries by hand."; return; }
  local names
  mapfile -t names < <(missing_packages)
  [ "${#names[@]}" -eq 0 ] && return
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as=(sudo)
    else
      say "These system packages are missing. Please run, then start again:"
      say "  su -c 'apt-get update && apt-get install -y ${names[*]}'"
      exit 1
    fi
  fi
  say "Installing system packages: ${names[*]}"
  local log
  log=$(mktemp)
  trap 'rm -f "$log"' RETURN
  "${as[@]}" apt-get update -qq
  # Names are looked up again: before the first update a fresh machine knows none.
  mapfile -t names < <(missing_packages)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null 2>"$log" ||
    { cat "$log" >&2; say "apt could not install them. Is there a connection?"; exit 1; }
}

find_python() {
  local candidate
  # What is frozen goes out with the packages: the system's own Python, which has its security fixes, comes first.
  for candidate in $([ "$kind" = package ] && printf /usr/bin/python3) python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  say "Evidence Kit needs Python 3.11 or newer; this machine has $(python3 --version 2>&1)."
  exit 1
}

# Catalogues are made from the .po files whenever one of those, or a text in the code, is newer.
compile_catalogues() {
  local made=resources/locale/en_XA/LC_MESSAGES/evidence-kit.mo
  if [ ! -f "$made" ] || [ -n "$(find resources/locale ui evidence_kit \( -name '*.po' -o -name '*.py' \) -newer "$made" -print -quit)" ]; then
    $venv/bin/python packaging/setup/catalogues.py compile
  fi
}

if [ "$kind" = computer ]; then
  install_packages
  exit
fi

case "$kind" in
  run) lock=requirements.lock ;;
  package) lock=requirements-package.lock ;;
  *) lock=requirements-dev.lock ;;
esac
stamp=$venv/.set-up
fingerprint="$kind $(cat requirements*.lock pyproject.toml "$0" | sha256sum | cut -d' ' -f1) $PWD"
if [ -x $venv/bin/python ] && [ -f "$stamp" ]; then
  had=$(cat "$stamp")
  # What was made for development serves for running too.
  [ "$had" = "$fingerprint" ] && { compile_catalogues; exit 0; }
  [ "$kind" = run ] || [ "$kind" = dev ] && [ "$had" = "bench ${fingerprint#* }" ] && { compile_catalogues; exit 0; }
  [ "$kind" = run ] && [ "$had" = "dev ${fingerprint#* }" ] && { compile_catalogues; exit 0; }
fi

install_packages
python=$(find_python)
say "Making the Python environment in $venv (some minutes the first time)"
rm -f "$stamp"
[ -x $venv/bin/python ] && $venv/bin/python -c '' 2>/dev/null || { rm -rf $venv; "$python" -m venv $venv; }
# Twice quiet: pip's errors stay, its remarks about places that it did not need do not.
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
$venv/bin/python -m pip install --quiet --quiet --require-hashes -r "$lock"
# What is frozen is built from the sources each time; nothing of them stays in that environment.
if [ "$kind" != package ]; then
  $venv/bin/python -m pip install --quiet --quiet --no-deps --no-build-isolation -e .
  compile_catalogues
fi
printf '%s' "$fingerprint" >"$stamp"
