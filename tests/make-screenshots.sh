#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the pictures in data/screenshots anew: one of each page, from the program itself with sample data, as it looks in the afternoon of
# a working day. Needs faketime, openbox and xdotool.
#
# Usage: tests/make-screenshots.sh [BUILD-FOLDER]   (where meson has been set up; "build-test" if none is named)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

# With --pages: takes them, on the display and the session bus of now.
if [ "${1:-}" = --pages ]; then
  openbox &
  # A window that comes while the window manager begins is never shown.
  sleep 2
  faketime -f '@2026-11-18 15:40:00' "$build/src/callstats" --demo &
  sleep 12
  window=$(xdotool search --onlyvisible --name CallStats | tail -n 1)
  xdotool windowfocus --sync "$window" windowsize "$window" 970 690
  number=1
  for page in today calls monitoring order-line; do
    xdotool key "alt+$number"
    sleep 3
    # Without the frame that the window draws where nothing composes it.
    xwd -silent -id "$window" | convert xwd:- -shave 5x5 "$top/data/screenshots/$page.png"
    number=$((number + 1))
  done
  kill 0
fi

build=$(cd "${1:-$top/build-test}" && pwd)
meson compile -C "$build"
export build GSETTINGS_SCHEMA_DIR="$build/data" LC_ALL=C.UTF-8
export GDK_BACKEND=x11 GSK_RENDERER=cairo
export TZ=Europe/Berlin
mkdir -p "$top/data/screenshots"
setsid xvfb-run -a -s '-screen 0 1280x1024x24 -noreset' dbus-run-session --config-file="$top/tests/session-bus.conf" -- "$0" --pages || true
