# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of the house: which folder of src/ may include which. Arrows run one way, and only the uppermost floors know GTK.

Arguments: the folder src/, and a program that is linked with the core alone.
"""

import pathlib
import re
import subprocess
import sys

CORE = {"calls", "contacts", "csv", "engine", "exotel", "http", "json", "orders", "server", "sipgate", "store", "tunnel"}

# What each folder may include of ours besides itself.
MAY_INCLUDE = {
    "calls": set(),
    "csv": set(),
    "http": set(),
    "json": set(),
    "contacts": {"calls", "csv"},
    "sipgate": {"calls", "http", "json"},
    "exotel": {"calls", "http", "json"},
    "server": {"calls", "json"},
    "tunnel": {"calls", "http", "json"},
    "store": {"calls", "contacts"},
    "orders": {"announcements", "csv", "store/cs-sql.h"},
    "engine": CORE,
    "desktop": CORE,
    "charts": {"calls"},
    "ui": CORE | {"charts", "desktop"},
}
KNOWS_TOOLKIT = {"charts", "ui"}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
TOOLKIT = re.compile(r"^(gtk|gdk|gsk|adwaita)[/.]")
OF_TOOLKIT = re.compile(r"lib(gtk|gdk|gsk|adwaita|pango|cairo)-?[\w.-]*\.so")

source_dir, core_program = pathlib.Path(sys.argv[1]), sys.argv[2]


def find_strangers():
    """Yields a sentence for each include that its folder has no right to."""
    for path in sorted(source_dir.glob("*/*.[ch]")):
        folder = path.parent.name
        for header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            target = header.split("/")[0] if "/" in header else folder
            is_ours = target in MAY_INCLUDE or target == "announcements"
            if is_ours and target != folder and not {target, header} & MAY_INCLUDE[folder]:
                yield f"{folder}/{path.name} includes {header}"


def find_toolkit():
    for path in sorted(source_dir.glob("*/*.[ch]")):
        if path.parent.name not in KNOWS_TOOLKIT:
            for header in INCLUDE.findall(path.read_text(encoding="utf-8")):
                if TOOLKIT.match(header):
                    yield f"{path.parent.name}/{path.name} includes {header}"


def find_unknown_folders():
    for path in sorted(source_dir.glob("*/*.c")):
        if path.parent.name not in MAY_INCLUDE:
            yield f"{path.parent.name}/ has no place in this table"


def find_linked_toolkit():
    dynamic = subprocess.run(["readelf", "-d", core_program], check=True, capture_output=True, text=True).stdout
    assert "libglib-2.0.so" in dynamic, f"{core_program} says nothing of what it is linked with"
    for library in OF_TOOLKIT.finditer(dynamic):
        yield f"a program of the core is linked with {library.group()}"


checks = [
    ("every-folder-has-its-place", find_unknown_folders),
    ("arrows-run-one-way", find_strangers),
    ("core-includes-no-toolkit", find_toolkit),
    ("core-links-no-toolkit", find_linked_toolkit),
]
has_failed = False
print(f"1..{len(checks)}")
for number, (name, find) in enumerate(checks, 1):
    faults = sorted(set(find()))
    has_failed = has_failed or bool(faults)
    print(f"{'not ok' if faults else 'ok'} {number} /house/{name}")
    for fault in faults:
        print(f"# {fault}")
sys.exit(has_failed)
