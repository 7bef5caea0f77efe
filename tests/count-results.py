#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints `N passed, N failed, N skipped` for runs of `meson test`; their testlog.json are the arguments.

Every case of a test program counts as one, and so does a program that knows no cases. A program that failed without a failing
case (it crashed, it hung, it ended too early) is one failed case more. The exit status is 0 if something passed and nothing failed.
"""

import json
import re
import sys

BAD_RESULTS = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}
TAP_CASE = re.compile(r"^(?P<not>not )?ok\b[^#\n]*(?P<skip># *SKIP)?", re.IGNORECASE | re.MULTILINE)


def count_program(result, stdout):
    cases = [match.groupdict() for match in TAP_CASE.finditer(stdout)]
    failed = sum(1 for case in cases if case["not"])
    skipped = sum(1 for case in cases if case["skip"] and not case["not"])
    passed = len(cases) - failed - skipped

    if result in BAD_RESULTS and failed == 0:
        failed = 1
    elif not cases:
        passed, skipped = (0, 1) if result == "SKIP" else (1, 0)

    return passed, failed, skipped


def read_programs(path):
    try:
        with open(path, encoding="utf-8") as log:
            return [json.loads(line) for line in log]
    except OSError:
        return []


def main(paths):
    runs = [read_programs(path) for path in paths]
    programs = [program for run in runs for program in run]

    counts = [count_program(program["result"], program["stdout"] or "") for program in programs]
    passed, failed, skipped = (sum(column) for column in zip(*counts)) if counts else (0, 0, 0)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")

    # A run without any test didn't take place.
    return 0 if all(runs) and passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
