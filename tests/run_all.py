#!/usr/bin/env python3
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of check, one after another, whatever the one before found; the last line counts tests.

A kind that writes build/results/<kind>.xml (JUnit) or <kind>.json (a list of {"name", "outcome", "seconds"}) counts by its
tests, any other as one. What did not pass has failed, skipped tests too, and a kind that failed although none of its tests
did has one failure more: it was cut off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "results"
REPORTS = ("xml", "json")
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
    try:
        outcomes = outcomes_of(kind)
    except (ElementTree.ParseError, ValueError, TypeError, KeyError):
        return 0, 1
    if outcomes is None:
        return (1, 0) if succeeded else (0, 1)
    passed = sum(outcomes)
    failed = len(outcomes) - passed
    if not failed and (not succeeded or not outcomes):
        failed = 1
    return passed, failed


def outcomes_of(kind: str) -> list[bool] | None:
    """Whether each test passed; None for a kind that is one test."""
    junit, table = (RESULTS / f"{kind}.{suffix}" for suffix in REPORTS)
    if junit.is_file():
        # A test that fails and whose tear-down does too has two marks, but is one case.
        cases = ElementTree.parse(junit).getroot().iter("testcase")
        return [all(case.find(mark) is None for mark in ("failure", "error", "skipped")) for case in cases]
    if table.is_file():
        return [entry["outcome"] == "passed" for entry in json.loads(table.read_text(encoding="utf-8"))]
    return None


def run(kind: str) -> Result:
    for suffix in REPORTS:
        (RESULTS / f"{kind}.{suffix}").unlink(missing_ok=True)
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
