#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# From a fresh checkout to a running program, or to tested code, in one command: installs what is missing (Debian 12 or later),
# builds, and starts. What this script has to say goes to standard error; standard output belongs to the program or the tests.
set -euo pipefail

top=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

build_packages=(
  appstream build-essential desktop-file-utils gettext libadwaita-1-dev libgnutls28-dev libgstreamer-plugins-base1.0-dev
  libgstreamer1.0-dev libgtk-4-bin libgtk-4-dev libjson-glib-dev libmariadb-dev libsecret-1-dev libsoup-3.0-dev
  libsqlite3-dev libssh-dev meson ninja-build pkgconf
)
runtime_packages=(
  adwaita-icon-theme dbus dconf-gsettings-backend fonts-cantarell glib-networking gsettings-desktop-schemas
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good librsvg2-common tzdata
)
test_packages=(
  at-spi2-core bubblewrap dbus-x11 debootstrap elfutils flatpak flatpak-builder fonts-noto-core gir1.2-atspi-2.0
  gnome-keyring imagemagick mariadb-client-core mariadb-server-core openssh-client openssh-server openssl ostree patch poppler-utils python3 python3-gi x11-apps
  xauth xdg-desktop-portal xdg-desktop-portal-gtk xdotool xvfb
)

say () {
  echo "callstats.sh: $*" >&2
}

usage () {
  cat <<END
Usage: callstats.sh run [ARGUMENTS…]   install what is missing, build, and start CallStats
       callstats.sh test [TESTS…]      install what is missing, build, and run the tests

For the arguments that CallStats takes see: callstats.sh run --help
END
}

# Runs a command as root.
as_root () {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    sudo -- "$@"
  fi
}

install_missing () {
  local package missing=()
  local -A installed=()

  if ! command -v apt-get >/dev/null; then
    say "packages can be installed on Debian and its kin only; elsewhere these are needed under their names there: $*"
    return
  fi

  while read -r package; do
    installed[$package]=1
  done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' -- "$@" 2>/dev/null | sed -n 's/^installed //p')

  for package; do
    [[ -n ${installed[$package]:-} ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0

  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    say "these packages are missing, and root or sudo is needed to install them: ${missing[*]}"
    exit 1
  fi

  say "installing ${missing[*]}"
  if ! as_root apt-get -q update >&2 ||
     ! as_root env DEBIAN_FRONTEND=noninteractive \
         apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "${missing[@]}" >&2 </dev/null; then
    say "the packages could not be installed; see above why"
    exit 1
  fi
}

# Builds in the given folder, with the given options for its first set-up. A build folder remembers where its sources are, so one
# that was moved or copied together with them has to be set up again.
build () {
  local folder=$1
  local mark=$folder/set-up-for

  shift
  if [[ ! -e $folder/build.ninja ]]; then
    meson setup "$@" "$folder" "$top" >&2
    echo "$top" >"$mark"
  elif [[ -e $mark && $(<"$mark") != "$top" ]]; then
    meson setup --wipe "$@" "$folder" "$top" >&2
    echo "$top" >"$mark"
  fi
  meson compile -C "$folder" >&2
}

# Whether the arguments ask for the window.
wants_display () {
  local argument

  for argument; do
    case $argument in
      --headless | --check | --rebuild | --version | --help* | -h | -\?) return 1 ;;
    esac
  done
}

run () {
  local folder=$top/build

  if [[ -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] && wants_display "$@"; then
    say "there is no display to open a window on: to receive calls without one, start '$0 run --headless'"
    exit 1
  fi

  install_missing "${build_packages[@]}" "${runtime_packages[@]}"
  build "$folder"

  # The source folder "data" has the icons where a data folder has them.
  export GSETTINGS_SCHEMA_DIR=$folder/data
  export XDG_DATA_DIRS=$top/data:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}
  exec "$folder/src/callstats" "$@"
}

# Runs the tests of a build folder. They get a home, a display and a session bus of their own, and nothing of the person's who
# runs them.
run_tests_of () {
  local folder=$1 status=0

  shift
  rm -f "$folder"/meson-logs/testlog.*
  HOME=$home XDG_RUNTIME_DIR=$home/run LC_ALL=C.UTF-8 GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=test \
    xvfb-run -a -s '-screen 0 1280x1024x24 -noreset' \
      dbus-run-session --config-file="$top/tests/session-bus.conf" -- \
        meson test -C "$folder" --no-rebuild --print-errorlogs "$@" || status=$?
  return "$status"
}

run_tests () {
  local folder=$top/build-test sanitized=$top/build-sanitized status=0
  local python=/usr/bin/python3 logs

  install_missing "${build_packages[@]}" "${runtime_packages[@]}" "${test_packages[@]}"
  build "$folder" -Dwerror=true -Dwarning_level=2

  home=$(mktemp -d)
  trap 'rm -rf "$home"' EXIT
  mkdir -m 700 "$home/run"
  unset CREDENTIALS_DIRECTORY DBUS_SESSION_BUS_ADDRESS G_MESSAGES_DEBUG GTK_THEME LANGUAGE WAYLAND_DISPLAY
  unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
  run_tests_of "$folder" "$@" || status=$?
  logs=("$folder/meson-logs/testlog.json")

  # Once more, all that faces strangers, with the compiler watching each access to memory. GTK's own leaks would drown ours.
  if [[ $# -eq 0 ]]; then
    build "$sanitized" -Dwerror=true -Dwarning_level=2 -Db_sanitize=address,undefined -Db_lundef=false
    run_tests_of "$sanitized" --suite core --suite e2e --timeout-multiplier 3 || status=$?
    logs+=("$sanitized/meson-logs/testlog.json")
  fi

  [[ -x $python ]] || python=python3
  echo
  "$python" "$top/tests/count-results.py" "${logs[@]}" || status=1
  exit "$status"
}

case ${1:-} in
  run)
    shift
    run "$@"
    ;;
  test)
    shift
    run_tests "$@"
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
