#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs the build under test into a temporary folder and uses it from there. Prints TAP.
#
# Usage: tests/install.sh BUILD-FOLDER PREFIX   (the prefix the build folder was set up with)
set -euo pipefail

build=$1 prefix=$2
id=com.example.CallStats
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
share=$root$prefix/share
n=0 n_failed=0

# Runs a step and reports it as a case; what it says is shown where it failed.
step () {
  local name=$1

  shift
  n=$((n + 1))
  if ("$@") >"$work/log" 2>&1; then
    echo "ok $n /install/$name"
  else
    echo "not ok $n /install/$name"
    tail -n 40 "$work/log" | sed 's/^/# /'
    n_failed=$((n_failed + 1))
  fi
}

skip () {
  n=$((n + 1))
  echo "ok $n /install/$1 # SKIP $2"
}

# Nothing is run for an installation into a folder but this: the schemas are compiled where a package's trigger would.
install_all () {
  DESTDIR=$root meson install -C "$build" --no-rebuild
  glib-compile-schemas --strict "$share/glib-2.0/schemas"
}

has_all_files () {
  local file

  for file in "$root$prefix/bin/callstats" "$share/applications/$id.desktop" "$share/metainfo/$id.metainfo.xml" \
      "$share/dbus-1/services/$id.service" "$share/glib-2.0/schemas/$id.gschema.xml" \
      "$share/icons/hicolor/scalable/apps/$id.svg" "$share/icons/hicolor/symbolic/apps/$id-symbolic.svg"; do
    [[ -s $file ]] || { echo "$file is missing"; return 1; }
  done
  # Of what others look for by name, there is nothing under another one.
  ! find "$share/applications" "$share/metainfo" "$share/dbus-1" "$share/glib-2.0" "$share/icons" -type f \
      ! -name "$id*" ! -name gschemas.compiled ! -name icon-theme.cache | grep .
}

has_languages () {
  local language

  for language in $(grep -v '^#' "$(dirname "$0")/../po/LINGUAS"); do
    [[ -s $share/locale/$language/LC_MESSAGES/callstats.mo ]] || { echo "$language is missing"; return 1; }
  done
}

names_its_own_program () {
  grep -qx "Exec=$prefix/bin/callstats --gapplication-service" "$share/dbus-1/services/$id.service"
  grep -qx "Name=$id" "$share/dbus-1/services/$id.service"
  grep -qx "Exec=callstats" "$share/applications/$id.desktop"
  grep -qx "Icon=$id" "$share/applications/$id.desktop"
}

# With nothing of the build folder or of another installation around it.
installed=(
  env -u GSETTINGS_SCHEMA_DIR XDG_DATA_DIRS="$share:/usr/local/share:/usr/share" GSETTINGS_BACKEND=memory HOME="$work/home"
  "$root$prefix/bin/callstats"
)

tells_version () {
  local version

  version=$(meson introspect "$build" --projectinfo | sed 's/.*"version": "\([^"]*\)".*/\1/')
  "${installed[@]}" --version | grep -Fx "callstats $version"
}

receives () {
  local pid line status=0

  mkdir -p "$work/data"
  printf '[com/example/CallStats]\nwebhook-port=0\napi-port=0\n' >"$work/data/settings.ini"
  mkfifo "$work/ready"
  "${installed[@]}" --headless --data-dir="$work/data" >"$work/ready" &
  pid=$!
  read -r -t 30 line <"$work/ready" || true
  kill -TERM "$pid"
  wait "$pid" || status=$?
  echo "It said “$line” and ended with $status"
  [[ $line == "ready webhook=http://127.0.0.1:"* && $status == 0 ]]
}

checks_itself () {
  [[ $("${installed[@]}" --check --data-dir="$work/data") == "0 calls, 0 problems" ]]
}

mkdir -p "$work/home"
step into-a-folder install_all
step has-all-files-by-the-id has_all_files
step has-all-languages has_languages
step names-its-own-program names_its_own_program
step tells-its-version tells_version
step runs-from-there receives
step reads-its-data-again checks_itself
if command -v desktop-file-validate >/dev/null; then
  step desktop-file-is-valid desktop-file-validate "$share/applications/$id.desktop"
else
  skip desktop-file-is-valid "desktop-file-validate is not installed"
fi
if command -v appstreamcli >/dev/null; then
  step metainfo-is-valid appstreamcli validate --no-net --explain "$share/metainfo/$id.metainfo.xml"
else
  skip metainfo-is-valid "appstreamcli is not installed"
fi
echo "1..$n"
[[ $n_failed -eq 0 ]]
