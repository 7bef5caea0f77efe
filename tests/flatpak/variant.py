#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays the sources out for flatpak-builder and writes the manifest that can be built of them.

Arguments: the manifest, the folder to work in, and archives. An archive whose checksum the manifest names goes to
sources/downloads/CHECKSUM/NAME, where flatpak-builder looks before it downloads; a module none of whose archives is there is left out together with
the option of the program that asks for it, and the file left-out says so.
"""

import hashlib
import json
import os
import shutil
import sys

OPTION_OF_MODULE = {"mariadb-connector-c": ("-Dmariadb=enabled", "-Dmariadb=disabled")}


def main(manifest_path, work, archives):
    with open(manifest_path, encoding="utf-8") as file:
        manifest = json.load(file)

    by_checksum = {}
    for path in archives:
        with open(path, "rb") as file:
            by_checksum[hashlib.sha256(file.read()).hexdigest()] = path

    shutil.rmtree(os.path.join(work, "sources"), ignore_errors=True)
    notes, modules, swaps = [], [], {}
    for module in manifest["modules"]:
        wanted = [source for source in module["sources"] if source["type"] == "archive"]
        if any(source["sha256"] not in by_checksum for source in wanted):
            if module["name"] not in OPTION_OF_MODULE:
                sys.exit(f"no archive has the checksum that the manifest names for {module['name']}")
            notes.append(f"{module['name']} is left out: Debian has no source package that holds its archive")
            swaps.update([OPTION_OF_MODULE[module["name"]]])
            continue
        for source in wanted:
            folder = os.path.join(work, "sources", "downloads", source["sha256"])
            os.makedirs(folder)
            shutil.copy(by_checksum[source["sha256"]], os.path.join(folder, os.path.basename(source["url"])))
        for source in module["sources"]:
            if source["type"] == "dir":
                source["path"] = os.path.abspath(os.path.join(os.path.dirname(manifest_path), source["path"]))
        modules.append(module)
    for module in modules:
        module["config-opts"] = [swaps.get(option, option) for option in module.get("config-opts", [])]
    manifest["modules"] = modules

    os.makedirs(os.path.join(work, "manifest"), exist_ok=True)
    with open(os.path.join(work, "manifest", os.path.basename(manifest_path)), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=4)
    with open(os.path.join(work, "left-out"), "w", encoding="utf-8") as file:
        file.writelines(note + "\n" for note in notes)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
