#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at what the Flatpak installed: everything is there, named by the id, nothing else is, and it is allowed no more than it needs.

Arguments: the folder of the installed application, its id.
"""

import configparser
import os
import re
import subprocess
import sys

EXPORTED = [
    "applications/{id}.desktop",
    "dbus-1/services/{id}.service",
    "icons/hicolor/scalable/apps/{id}.svg",
    "icons/hicolor/symbolic/apps/{id}-symbolic.svg",
]
# flatpak-builder before 1.3 gives the metainfo its older name.
INSTALLED = [("metainfo/{id}.metainfo.xml", "appdata/{id}.appdata.xml"), ("glib-2.0/schemas/{id}.gschema.xml",)]
# All that may be there besides; of the connector only the ways of logging in that don't send the password as it is.
NEEDED = re.compile(r"""
    bin/callstats | manifest(-base)?\.json | \.ref | lib/lib(mariadb|ssh)\.so[.\d]*
    | lib/mariadb/plugin/(caching_sha2_password|client_ed25519|parsec|sha256_password)\.so
    | share/(runtime/)?locale(/.*)? | share/licenses/.* | share/(app-info|swcatalog)/.*
    | share/(applications/mimeinfo\.cache | glib-2\.0/schemas/gschemas\.compiled | icons/hicolor/icon-theme\.cache)
    """, re.VERBOSE)
ALLOWED = {"shared": {"network", "ipc"}, "sockets": {"wayland", "fallback-x11", "x11"}, "devices": {"dri"}}


def list_files(folder):
    for path, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(path, name))]
        yield from (os.path.relpath(os.path.join(path, name), folder) for name in names + links)


def find_leftovers(folder, app_id):
    named = {f"share/{name.format(id=app_id)}" for name in [*EXPORTED, *(name for names in INSTALLED for name in names)]}
    return [name for name in list_files(folder) if name not in named and not NEEDED.fullmatch(name)]


def main(folder, app_id):
    faults = [f"{name} is of no use" for name in find_leftovers(os.path.join(folder, "files"), app_id)]
    for name in EXPORTED:
        if not os.path.exists(os.path.join(folder, "export/share", name.format(id=app_id))):
            faults.append(f"{name} is not exported")
    for names in INSTALLED:
        if not any(os.path.exists(os.path.join(folder, "files/share", name.format(id=app_id))) for name in names):
            faults.append(f"{names[0]} is not installed")

    metadata = configparser.ConfigParser(interpolation=None)
    metadata.optionxform = str
    metadata.read(os.path.join(folder, "metadata"))
    for key, value in metadata["Context"].items():
        more = set(filter(None, value.split(";"))) - ALLOWED.get(key, set())
        if more:
            faults.append(f"{key} allows {', '.join(sorted(more))}")
    for section in metadata.sections():
        if section.endswith("Bus Policy"):
            faults += [f"{section} allows {name}" for name in metadata[section] if name != "org.freedesktop.secrets"]

    desktop = os.path.join(folder, "export/share/applications", app_id + ".desktop")
    if subprocess.run(["desktop-file-validate", desktop], check=False).returncode != 0:
        faults.append("the desktop file isn't valid")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
