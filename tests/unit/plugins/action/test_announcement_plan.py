# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer of announcement_plan, at a time that the test chooses."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.benevoclic.updates.plugins.action.announcement_plan import OPTIONS, announcement_of
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError

NOW = datetime(2026, 11, 24, 20, tzinfo=timezone.utc)


@pytest.fixture(name="releases")
def releases_fixture(tmp_path: Path) -> Path:
    known: dict[str, dict[str, Any]] = {
        "1.1.0": {"type": "feature", "announcement": {"impact": "low"}},
        "1.1.1": {"type": "security", "vulnerability": {"id": "CVE-2026-0001", "severity": "CRITICAL"}},
        "1.1.2": {"type": "security"},
    }
    for version, more in known.items():
        manifest = {"schema": 1, "version": version, "images": {"api": f"a:{version}"}, **more}
        (tmp_path / f"{version}.yml").write_text(yaml.safe_dump(manifest))
    return tmp_path


def answered(releases: Path, locale: str = "fr", *, trial: bool = False, **options: Any) -> dict[str, Any]:
    defaults = {name: option.get("default") for name, option in OPTIONS.items()}
    given = {**defaults, "releases_dir": str(releases), "version": "1.1.0", "at": "2026-12-08T21:00", **options}
    return announcement_of(given, locale, NOW, trial=trial)


def test_due_with_all_that_the_message_tells(releases: Path) -> None:
    found = answered(releases)
    assert (found["answer"], found["due"], found["message"]) == ("due", True, "announcement")
    assert found["at"] == "2026-12-08T20:00:00.000Z"
    assert found["next_at"] == "2026-12-07T20:00:00.000Z"
    assert found["communication"] == {"impact": "low", "at": found["at"]}
    assert found["announced"]["to_version"] == "1.1.0"
    assert "heure de Europe/Paris" in found["lines"][0]["text"]


def test_the_vulnerability_is_the_manifests_or_the_callers(releases: Path) -> None:
    of_manifest = answered(releases, version="1.1.1", at="2026-11-24T20:30Z")
    assert of_manifest["announced"]["severity"] == "CRITICAL"
    assert of_manifest["announced"]["vulnerability_id"] == "CVE-2026-0001"
    assert of_manifest["announced"]["policy"]["deadline"] == "IMMEDIATE"
    given = answered(releases, version="1.1.2", at="2026-11-25T20:00Z", severity="MEDIUM", vulnerability_id="X-1")
    assert given["announced"]["vulnerability_id"] == "X-1"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"at": "2026-12-24T21:00"}, "announce.too_early"),
        ({"at": "2026-11-25T21:00"}, "announce.too_late"),
        ({"at": "2026-11-24T20:00Z"}, "announce.past"),
        ({"at": "2026-11-24T20:00Z", "override_calendar": "x"}, "announce.past"),
        ({"at": "2026-11-25T21:00", "override_calendar": "  "}, "announce.too_late"),
        ({"at": ""}, "announce.at_form"),
        ({"version": 1.1}, "version.not_text"),
        ({"version": ""}, "version.not_semantic"),
        ({"version": "latest"}, "version.not_semantic"),
        ({"version": "9.9.9"}, "manifest.unknown_version"),
        ({"version": "1.1.2"}, "policy.severity"),
        ({"version": "1.1.2", "severity": "critical"}, "policy.severity"),
        ({"timing": {"timezone": "Paris"}}, "notify.zone_unknown"),
    ],
    ids=str,
)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_what_is_not_due_or_not_right_is_refused(
    releases: Path, locale: str, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(EngineError) as caught:
        answered(releases, locale, **options)
    assert caught.value.text_id == error


def test_a_trial_previews_what_is_not_due_and_says_so(releases: Path) -> None:
    found = answered(releases, trial=True, at="2026-12-24T21:00Z")
    assert (found["answer"], found["due"]) == ("too_early", True)
    assert any(line["mark"] == "warning" and "trop tôt" in line["text"] for line in found["lines"])
    with pytest.raises(EngineError):
        answered(releases, trial=True, at="2020-12-24T21:00Z")


def test_consent_is_told_to_the_team(releases: Path) -> None:
    found = answered(releases, at="2026-11-25T21:00Z", override_calendar=" date publiée ")
    assert (found["due"], found["announced"]["reason"]) == (True, "date publiée")
    assert [line["mark"] for line in found["lines"]].count("warning") == 1


def test_what_was_told_is_not_due_again(releases: Path) -> None:
    record = {
        "version": "1.1.0",
        "at": "2026-12-08T20:00:00.000Z",
        "message": "announcement",
        "results": [{"name": "a"}],
    }
    told = answered(releases, announcements=[{**record, "whole": True}])
    assert (told["answer"], told["due"], told["next_at"]) == ("told", False, "2026-12-07T20:00:00.000Z")
    partly = answered(releases, announcements=[{**record, "whole": False}])
    assert (partly["answer"], partly["already"]) == ("due", [{"name": "a"}])
