#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints the files that have text to translate, as po/POTFILES wants them. After a change: po/list-sources.sh >po/POTFILES
# With --check it prints only the difference to po/POTFILES, and fails where there is one.
set -eu
cd "$(dirname "$0")/.."

list () {
  {
    ls data/*.desktop.in data/*.gschema.xml data/*.metainfo.xml.in
    grep -rlE '\<(_|C_|N_|NC_|ngettext) ?\(' src --include='*.[ch]'
    grep -rl 'translatable="yes"' src data --include='*.ui'
  } | LC_ALL=C sort
}

if [ "${1:-}" = --check ]; then
  list | diff -u po/POTFILES -
else
  list
fi
