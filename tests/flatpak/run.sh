#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Proves that the Flatpak builds, installs and works, with nothing but Debian's packages: the GNOME runtime and its SDK are stood in for
# by trees of Debian 13 packages under the same names, which hold no library that the real ones lack. Prints TAP.
#
# Usage: tests/flatpak/run.sh [FOLDER]   (a folder keeps the runtime for the next time; without one everything is removed at the end)
#
# Needs root, for debootstrap. Where a part of what it needs is missing it says so and skips.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
app=com.example.CallStats
suite=trixie
platform_packages=(
  adwaita-icon-theme ca-certificates dconf-gsettings-backend fonts-cantarell glib-networking gsettings-desktop-schemas
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good hicolor-icon-theme libadwaita-1-0 libegl1 libgl1-mesa-dri libglib2.0-bin
  libgnutls30t64 libgtk-4-1 libjson-glib-1.0-0 librsvg2-common libsecret-1-0 libsoup-3.0-0 libsqlite3-0 libssl3t64 shared-mime-info
)
sdk_packages=(
  appstream build-essential cmake desktop-file-utils gettext libadwaita-1-dev libgnutls28-dev libgstreamer-plugins-base1.0-dev
  libgstreamer1.0-dev libgtk-4-bin libgtk-4-dev libjson-glib-dev libsecret-1-dev libsoup-3.0-dev libsqlite3-dev libssl-dev libxml2-utils
  meson ninja-build pkgconf zlib1g-dev
)

skip_all () {
  echo "1..0 # SKIP $*"
  exit 0
}

n=0

# Runs a step and reports it as a case; its output goes to a file that is shown where it failed. Nothing goes on after a failure.
step () {
  local name=$1 began=$SECONDS

  shift
  n=$((n + 1))
  if ("$@") >"$work/step-$n.log" 2>&1; then
    echo "ok $n /flatpak/$name"
    echo "# $((SECONDS - began)) s"
  else
    echo "not ok $n /flatpak/$name"
    tail -n 60 "$work/step-$n.log" | sed 's/^/# /'
    echo "1..$n"
    exit 1
  fi
}

# Prints the address of this machine's own source of Debian packages.
find_mirror () {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}

in_tree () {
  local tree=$1

  shift
  chroot "$tree" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

install_in_tree () {
  local tree=$1

  shift
  in_tree "$tree" apt-get -q update
  in_tree "$tree" apt-get -q -y --no-install-recommends install "$@"
  in_tree "$tree" apt-get clean
}

make_trees () {
  debootstrap --variant=minbase "$suite" "$work/platform" "$mirror"
  cp /etc/resolv.conf "$work/platform/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$work/platform/usr/sbin/policy-rc.d"
  chmod +x "$work/platform/usr/sbin/policy-rc.d"
  echo "deb-src $mirror $suite main" >"$work/platform/etc/apt/sources.list.d/source.list"
  install_in_tree "$work/platform" "${platform_packages[@]}"
  cp -a "$work/platform" "$work/sdk"
  install_in_tree "$work/sdk" "${sdk_packages[@]}"
}

# Makes a runtime out of a tree: its /usr, with /etc in it, less what belongs to a host.
export_runtime () {
  local tree=$work/$1 id=$2 stage=$work/stage

  rm -rf "$stage"
  mkdir -p "$stage/usr" "$stage/files"
  cp -a "$tree/usr/." "$stage/usr/"
  rm -rf "$stage/usr/etc" "$stage"/usr/share/{bug,doc,info,lintian,man} "$stage/usr/lib/apt" "$stage/usr/local"
  cp -a "$tree/etc" "$stage/usr/etc"
  rm -rf "$stage/usr/etc/apt"
  rm -f "$stage"/usr/etc/{group,group-,gshadow,gshadow-,hostname,hosts,localtime,machine-id,mtab,passwd,passwd-,resolv.conf} \
    "$stage"/usr/etc/{shadow,shadow-,timezone}
  find "$stage/usr" ! -type f ! -type d ! -type l -delete
  find "$stage/usr" -type f -perm /6000 -exec chmod ug-s {} +
  chmod -R u+rwX,go+rX "$stage/usr"
  printf '%s\n' 'include /run/flatpak/ld.so.conf.d/app-*.conf' 'include /app/etc/ld.so.conf' /app/lib \
    'include /etc/ld.so.conf.d/*.conf' >"$stage/usr/etc/ld.so.conf"
  # flatpak-builder wants one in the SDK; the real SDK has such a stand-in as well.
  if [[ $id == org.gnome.Sdk ]]; then
    printf '#!/bin/sh\nexit 0\n' >"$stage/usr/bin/appstream-compose"
    chmod 755 "$stage/usr/bin/appstream-compose"
  fi
  glib-compile-schemas "$stage/usr/share/glib-2.0/schemas"

  cat >"$stage/metadata" <<END
[Runtime]
name=$id
runtime=org.gnome.Platform/$arch/$branch
sdk=org.gnome.Sdk/$arch/$branch

[Environment]
GI_TYPELIB_PATH=/app/lib/girepository-1.0
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share
END
  if [[ $id == org.gnome.Sdk ]]; then
    echo "PKG_CONFIG_PATH=/app/lib/pkgconfig:/app/share/pkgconfig:/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig" >>"$stage/metadata"
  fi
  flatpak build-export --runtime --arch="$arch" "$work/repo" "$stage" "$branch"
  rm -rf "$stage"
}

make_runtimes () {
  # Without compression and with hard links, it takes a fifth of the time.
  ostree --repo="$work/repo" init --mode=bare-user
  export_runtime platform org.gnome.Platform
  export_runtime sdk org.gnome.Sdk
  flatpak build-update-repo "$work/repo"
  flatpak --user remote-add --no-gpg-verify --if-not-exists stand-in "file://$work/repo"
  flatpak --user install -y --noninteractive stand-in "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch"
}

# The modules' archives come from Debian's source packages, which hold them as upstream published them: flatpak-builder compares the
# checksum with the manifest's. Of MariaDB's connector Debian has none of its own, but the sources of the server hold one, which is built
# in its place.
fetch_sources () {
  local sources=$work/sdk/tmp/source connector=$work/connector

  in_tree "$work/sdk" sh -c 'mkdir -p /tmp/source && cd /tmp/source && apt-get -q source --download-only libssh mariadb'
  if [[ ! -e $connector.tar ]]; then
    rm -rf "$connector"
    mkdir "$connector"
    tar -xf "$sources"/mariadb_*.orig.tar.gz -C "$connector" --strip-components=1 --wildcards '*/libmariadb'
    tar -cf "$connector.tar" -C "$connector" --sort=name --owner=0 --group=0 --numeric-owner libmariadb
  fi
  python3 "$top/tests/flatpak/variant.py" "$top/$app.json" "$work" "$connector.tar" "$sources"/libssh_*.orig.tar.*
}

build () {
  dbus-run-session -- flatpak-builder --user --install --force-clean --disable-rofiles-fuse --state-dir="$work/state" \
    --extra-sources="$work/sources" "$work/build" "$work/manifest/$app.json"
}

uninstall () {
  flatpak --user uninstall -y --noninteractive "$app"
  [[ ! -e $FLATPAK_USER_DIR/exports/share/applications/$app.desktop ]]
}

for program in bwrap dbus-run-session debootstrap flatpak flatpak-builder gnome-keyring-daemon ostree python3 xvfb-run; do
  command -v "$program" >/dev/null || skip_all "$program is not installed"
done
[[ $EUID -eq 0 ]] || skip_all "debootstrap needs root"
bwrap --ro-bind / / --unshare-all true 2>/dev/null || skip_all "bubblewrap can't make a sandbox here"
mirror=$(find_mirror) || true
[[ -n ${mirror:-} ]] || skip_all "apt knows no source of Debian packages"

if [[ -n ${1:-} ]]; then
  work=$(realpath -m "$1")
  mkdir -p "$work"
else
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/callstats-flatpak-XXXXXX")
  trap 'rm -rf "$work"' EXIT
fi
arch=$(flatpak --default-arch)
triplet=$(gcc -print-multiarch)
branch=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["runtime-version"])' "$top/$app.json")
unset DBUS_SESSION_BUS_ADDRESS GSETTINGS_BACKEND GSETTINGS_SCHEMA_DIR GTK_A11Y GDK_BACKEND LD_LIBRARY_PATH
export HOME=$work/home FLATPAK_USER_DIR=$work/flatpak XDG_RUNTIME_DIR=$work/run XDG_CURRENT_DESKTOP=GNOME
export XDG_DATA_DIRS=$FLATPAK_USER_DIR/exports/share:/usr/share
export PYTHONDONTWRITEBYTECODE=1
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
rm -rf "$HOME" "$XDG_RUNTIME_DIR"
mkdir -p -m 700 "$HOME" "$XDG_RUNTIME_DIR"

[[ -e $work/sdk/usr/bin/meson ]] || step trees-of-the-runtime make_trees
[[ -d $work/flatpak/runtime ]] || step stand-in-runtime make_runtimes
step sources-have-the-manifest-s-checksums fetch_sources
sed 's/^/# /' "$work/stand-ins"
step builds-and-installs build
step validates python3 "$top/tests/flatpak/installed.py" "$FLATPAK_USER_DIR/app/$app/current/active" "$app"

n=$((n + 1))
# What the bus starts writes to standard output, too, which is for the results alone.
if xvfb-run -a -s '-screen 0 1280x1024x24 -noreset' dbus-run-session -- \
     sh -c 'exec "$@" >&3' sh /usr/bin/python3 "$top/tests/flatpak/check.py" "$work" "$n" 3>&1 >&2; then
  n=$(<"$work/last-case")
else
  n=$(cat "$work/last-case" 2>/dev/null || echo "$n")
  echo "1..$n"
  exit 1
fi
step uninstalls uninstall
echo "1..$n"
