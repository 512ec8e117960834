# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The count at the end of make test: nothing that failed, was skipped or was cut off passes for a success."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run_all(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_all", ROOT / "tests" / "run_all.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "run_all", module)
    spec.loader.exec_module(module)
    return module


def junit(*cases: str) -> str:
    return (
        "<testsuites><testsuite>"
        + "".join(f"<testcase>{case}</testcase>" for case in cases)
        + "</testsuite></testsuites>"
    )


@pytest.mark.parametrize(
    ("report", "succeeded", "expected"),
    [
        (None, True, (1, 0)),
        (None, False, (0, 1)),
        (junit("", ""), True, (2, 0)),
        (junit("", "<failure/><error/>"), False, (1, 1)),
        (junit("", "<error/>"), False, (1, 1)),
        (junit("", "<skipped/>"), True, (1, 1)),
        (junit("", ""), False, (2, 1)),
        (junit(), True, (0, 1)),
        ("<testsuites>", False, (0, 1)),
    ],
)
def test_count(
    run_all: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    report: str | None,
    succeeded: bool,
    expected: tuple[int, int],
) -> None:
    monkeypatch.setattr(run_all, "RESULTS", tmp_path)
    if report is not None:
        (tmp_path / "unit.xml").write_text(report, encoding="utf-8")
    assert run_all.count("unit", succeeded) == expected


def test_a_failure_stops_nothing_and_the_last_line_counts(
    run_all: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Makefile").write_text(
        "lint:\n\t@false\nsanity:\n\t@true\nunit:\n\t@echo '"
        + junit("", "", "<failure/>")
        + "' >build/results/unit.xml; false\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(run_all, "ROOT", tmp_path)
    monkeypatch.setattr(run_all, "RESULTS", tmp_path / "build" / "results")
    assert run_all.main(("lint", "sanity", "unit")) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed, 2 failed"
    assert run_all.main(("sanity",)) == 0


def test_a_report_of_an_earlier_run_does_not_count(
    run_all: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "build" / "results"
    results.mkdir(parents=True)
    (results / "unit.xml").write_text(junit("", "", ""), encoding="utf-8")
    (results / "molecule.json").write_text("[]", encoding="utf-8")
    (tmp_path / "Makefile").write_text("unit:\n\t@false\nmolecule:\n\t@true\n", encoding="utf-8")
    monkeypatch.setattr(run_all, "ROOT", tmp_path)
    monkeypatch.setattr(run_all, "RESULTS", results)
    assert run_all.main(("unit",)) == 1
    assert not (results / "unit.xml").exists()
    assert run_all.run("molecule").passed == 1


@pytest.mark.parametrize(
    ("report", "succeeded", "expected"),
    [
        ('[{"name": "a", "outcome": "passed"}, {"name": "b", "outcome": "passed"}]', True, (2, 0)),
        ('[{"name": "a", "outcome": "passed"}, {"name": "b", "outcome": "failed"}]', False, (1, 1)),
        ('[{"name": "a", "outcome": "passed"}]', False, (1, 1)),
        ("[]", True, (0, 1)),
        ("[{", False, (0, 1)),
        ("3", False, (0, 1)),
    ],
)
def test_count_of_scenarios(
    run_all: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    report: str,
    succeeded: bool,
    expected: tuple[int, int],
) -> None:
    monkeypatch.setattr(run_all, "RESULTS", tmp_path)
    (tmp_path / "molecule.json").write_text(report, encoding="utf-8")
    assert run_all.count("molecule", succeeded) == expected
