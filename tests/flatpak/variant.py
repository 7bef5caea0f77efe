#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays the sources out for flatpak-builder and writes the manifest that can be built of them.

Arguments: the manifest, the folder to work in, the connector as Debian's sources of MariaDB hold it, and archives. An archive whose checksum
the manifest names goes to sources/downloads/CHECKSUM/NAME, where flatpak-builder looks before it downloads. The connector stands for the
release that the manifest names, built by the same options, and the file stand-ins says so.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tarfile

CONNECTOR = "mariadb-connector-c"


def make_checksum(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read_connector_version(path):
    with tarfile.open(path) as archive, archive.extractfile("libmariadb/CMakeLists.txt") as file:
        parts = dict(re.findall(r"SET\(CPACK_PACKAGE_VERSION_(\w+) (\d+)\)", file.read().decode()))
    return ".".join(parts[name] for name in ("MAJOR", "MINOR", "PATCH"))


def take_archive(source, by_checksum, work):
    folder = os.path.join(work, "sources", "downloads", source["sha256"])
    os.makedirs(folder)
    shutil.copy(by_checksum[source["sha256"]], os.path.join(folder, os.path.basename(source["url"])))


def stand_in_for(source, connector):
    """Lets the source be the connector at hand, and returns a sentence that says so."""
    wanted = re.search(r"-(\d+\.\d+\.\d+)-src", source["url"])[1]
    del source["url"]
    source.update(path=connector, sha256=make_checksum(connector))
    return f"{CONNECTOR} {read_connector_version(connector)}, as Debian's sources of MariaDB hold it, stands for {wanted}"


def main(manifest_path, work, connector, archives):
    with open(manifest_path, encoding="utf-8") as file:
        manifest = json.load(file)
    by_checksum = {make_checksum(path): path for path in archives}
    notes = []

    shutil.rmtree(os.path.join(work, "sources"), ignore_errors=True)
    for module in manifest["modules"]:
        for source in module["sources"]:
            if source["type"] == "dir":
                source["path"] = os.path.abspath(os.path.join(os.path.dirname(manifest_path), source["path"]))
            elif source["sha256"] in by_checksum:
                take_archive(source, by_checksum, work)
            elif module["name"] == CONNECTOR:
                notes.append(stand_in_for(source, connector))
            else:
                sys.exit(f"no archive has the checksum that the manifest names for {module['name']}")

    os.makedirs(os.path.join(work, "manifest"), exist_ok=True)
    with open(os.path.join(work, "manifest", os.path.basename(manifest_path)), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=4)
    with open(os.path.join(work, "stand-ins"), "w", encoding="utf-8") as file:
        file.writelines(note + "\n" for note in notes)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
