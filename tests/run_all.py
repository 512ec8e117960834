#!/usr/bin/env python3
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of check, one after another, whatever the one before found; the last line counts tests.

A kind that writes build/results/<kind>.xml (JUnit) counts by its tests, any other as one. A skipped test is a failed one,
and so is a kind that failed although none of its tests did: it was cut off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "results"
KINDS = ("lint", "sanity", "unit", "integration", "molecule")


@dataclass(frozen=True)
class Result:
    kind: str
    passed: int
    failed: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.kind:<12} {self.passed:>5} passed {self.failed:>5} failed {self.seconds:>7.0f} s"


def count(kind: str, succeeded: bool) -> tuple[int, int]:
    """Passed and failed tests of a kind that has just ended."""
    report = RESULTS / f"{kind}.xml"
    if not report.is_file():
        return (1, 0) if succeeded else (0, 1)
    try:
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    except ElementTree.ParseError:
        return 0, 1
    # A test that fails and whose tear-down does too has two entries here, but is one case.
    failed = sum(any(case.find(sign) is not None for sign in ("failure", "error", "skipped")) for case in cases)
    passed = len(cases) - failed
    if not failed and (not succeeded or not cases):
        failed = 1
    return passed, failed


def run(kind: str) -> Result:
    (RESULTS / f"{kind}.xml").unlink(missing_ok=True)
    begun = time.monotonic()
    # Not a part of the make that called: its job server and its flags are its own.
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", "--no-print-directory", kind], cwd=ROOT, env=env, check=False)
    passed, failed = count(kind, done.returncode == 0)
    return Result(kind, passed, failed, time.monotonic() - begun)


def main(kinds: tuple[str, ...]) -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = []
    for kind in kinds:
        print(f"\n== {kind}", flush=True)
        results.append(run(kind))
        print(results[-1], flush=True)
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    print("\n" + "\n".join(str(result) for result in results))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or KINDS))
