#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at what the Flatpak installed: everything is there, named by the id, and allowed no more than it needs.

Arguments: the folder of the installed application, its id.
"""

import configparser
import os
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
ALLOWED = {"shared": {"network", "ipc"}, "sockets": {"wayland", "fallback-x11", "x11"}, "devices": {"dri"}}


def main(folder, app_id):
    faults = []
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
