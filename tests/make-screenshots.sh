#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes data/screenshots/today.png anew: the program's own window, with sample data and the calls of the last minutes. It is one of the
# pictures that test-screenshots takes. On a weekend the sample has few calls; a picture for others to see is made on a working day.
#
# Usage: tests/make-screenshots.sh [BUILD-FOLDER]   (where meson has been set up; "build-test" if none is named)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$top/build-test}" && pwd)

meson compile -C "$build"
export G_TEST_BUILDDIR="$build/tests" G_TEST_SRCDIR="$top/tests" GSETTINGS_SCHEMA_DIR="$build/data" LC_ALL=C.UTF-8
export GDK_BACKEND=x11 GSK_RENDERER=cairo
xvfb-run -a -s '-screen 0 1280x1024x24 -noreset' dbus-run-session --config-file="$top/tests/session-bus.conf" -- \
  "$build/tests/test-screenshots" -p /screenshots/today
mkdir -p "$top/data/screenshots"
cp "$build/tests/screenshots/today.png" "$top/data/screenshots/today.png"
