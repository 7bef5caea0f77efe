#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every catalogue that po/LINGUAS names is complete, against what the sources say now and not against an old template.

Usage: po-catalogues.py SOURCE-FOLDER XGETTEXT-ARGUMENTS…"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
METAINFO_TEXTS = ("summary", "p", "li", "caption")
DESKTOP_FILE = "com.example.CallStats.desktop"
METAINFO = "com.example.CallStats.metainfo.xml"

source, *xgettext_arguments = sys.argv[1:]
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


def merge(kind, name, folder):
    """The desktop file or the metainfo with all translations, as the build makes it."""
    output = os.path.join(folder, name)
    errors, succeeded = run("msgfmt", kind, f"--template=data/{name}.in", "-d", "po", f"--output-file={output}")
    check(f"/po/{name}/takes-translations", [] if succeeded else errors)
    return output


def check_desktop_file(language, path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    check(f"/po/{language}/desktop-file-is-translated",
          [key for key in ("Comment", "Keywords") if f"\n{key}[{language}]=" not in text])


def translatable(element):
    """The texts of the metainfo that are for translators."""
    for child in element:
        if child.get("translate") != "no":
            if child.tag in METAINFO_TEXTS:
                yield child
            yield from translatable(child)


def check_metainfo(language, path):
    """Each text stands there as often in the language as it does in English."""
    faults = []
    texts = list(translatable(ElementTree.parse(path).getroot()))
    for tag in METAINFO_TEXTS:
        languages_of_tag = [text.get(XML_LANG) for text in texts if text.tag == tag]
        if languages_of_tag.count(language) < languages_of_tag.count(None):
            faults.append(f"<{tag}>: {languages_of_tag.count(None)} texts, {languages_of_tag.count(language)} translated")
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
        desktop_file = merge("--desktop", DESKTOP_FILE, folder)
        metainfo = merge("--xml", METAINFO, folder)
        for language in languages():
            check_catalogue(language, template, os.path.join(folder, f"{language}.po"))
            check_desktop_file(language, desktop_file)
            check_metainfo(language, metainfo)

    print(f"1..{len(results)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
