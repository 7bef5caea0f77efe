#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every catalogue that po/LINGUAS names is complete, against what the sources say now and not against an old template.

Usage: po-catalogues.py SOURCE-FOLDER DESKTOP-FILE METAINFO-FILE XGETTEXT-ARGUMENTS…"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
METAINFO_TEXTS = ("summary", "p", "li", "caption")

source, desktop_file, metainfo_file, *xgettext_arguments = sys.argv[1:]
results = []


def check(name, faults):
    """Reports one test, with a line for each fault."""
    results.append(not faults)
    print(f"{'not ok' if faults else 'ok'} {len(results)} - {name}")
    for fault in faults:
        print(f"# {fault}")


def run(*command):
    """Runs a program and returns what it writes to standard error, and whether it succeeded."""
    done = subprocess.run(command, cwd=source, env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""},
                          capture_output=True, text=True)
    return done.stderr.splitlines(), done.returncode == 0


def messages(catalogue, *selection):
    """The source texts of a catalogue that msgattrib selects, each as one line."""
    output = subprocess.run(("msgattrib", "--no-wrap", "--no-obsolete", *selection, catalogue),
                            capture_output=True, text=True, check=True).stdout
    return [text for text in re.findall(r'^msgid "(.+)"$', output, re.M)]


def languages():
    with open(os.path.join(source, "po", "LINGUAS"), encoding="utf-8") as file:
        return file.read().split()


def extract(template):
    errors, succeeded = run("xgettext", *xgettext_arguments, "--package-name=callstats", f"--directory={source}",
                            "--files-from=po/POTFILES", f"--output={template}")
    check("/po/extraction/has-no-warnings", errors or ([] if succeeded else ["xgettext failed"]))


def check_catalogue(language, template, merged):
    catalogue = os.path.join(source, "po", f"{language}.po")

    errors, succeeded = run("msgfmt", "--check", "--check-accelerators=_", f"--output={os.devnull}", catalogue)
    check(f"/po/{language}/is-well-formed", [] if succeeded else errors)

    run("msgmerge", "--quiet", "--no-fuzzy-matching", f"--output={merged}", catalogue, template)
    check(f"/po/{language}/has-no-untranslated-text", messages(merged, "--untranslated"))
    check(f"/po/{language}/has-no-fuzzy-text", messages(catalogue, "--only-fuzzy"))


def check_desktop_file(language):
    with open(desktop_file, encoding="utf-8") as file:
        text = file.read()
    check(f"/po/{language}/desktop-file-is-translated",
          [key for key in ("Comment", "Keywords") if f"\n{key}[{language}]=" not in text])


def check_metainfo(language):
    """Each text stands there as often in the language as it does in English."""
    faults = []
    tree = ElementTree.parse(metainfo_file)
    for tag in METAINFO_TEXTS:
        found = [element for element in tree.iter(tag) if element.get("translate") != "no"]
        originals = [element for element in found if element.get(XML_LANG) is None]
        translated = [element for element in found if element.get(XML_LANG) == language]
        if len(translated) < len(originals):
            faults.append(f"<{tag}>: {len(originals)} texts, {len(translated)} translated")
    check(f"/po/{language}/metainfo-is-translated", faults)


def main():
    missing = [name for name in ("xgettext", "msgmerge", "msgfmt", "msgattrib") if not shutil.which(name)]
    if missing:
        print(f"1..0 # SKIP {', '.join(missing)} of gettext's is not installed")
        return 0

    catalogues = sorted(name[:-3] for name in os.listdir(os.path.join(source, "po")) if name.endswith(".po"))
    check("/po/linguas/names-every-catalogue",
          sorted(set(catalogues) ^ set(languages())))

    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, "callstats.pot")
        extract(template)
        for language in languages():
            check_catalogue(language, template, os.path.join(folder, f"{language}.po"))
            check_desktop_file(language)
            check_metainfo(language)

    print(f"1..{len(results)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
