# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.manifest import choose_version, parse_manifest

SOURCE = "releases/1.1.0.yml"
GOOD = """
schema: 1
version: 1.1.0
type: feature
images: {api: benevoclic/api:1.1.0}
"""


def parsed(text, expected="1.1.0"):
    return parse_manifest(yaml.safe_load(text), SOURCE, expected)


def refused(text, expected="1.1.0"):
    with pytest.raises(BadInput) as caught:
        parsed(text, expected)
    return caught.value


def replaced(**lines):
    """The good manifest with some lines put in place of its own, or added."""
    kept = [line for line in GOOD.strip().splitlines() if line.split(":")[0] not in lines]
    return "\n".join([*kept, *(f"{key}: {value}" for key, value in lines.items() if value is not None)])


def test_a_small_manifest_gets_its_defaults():
    assert parsed(GOOD) == {
        "schema": 1,
        "version": "1.1.0",
        "type": "feature",
        "summary": "",
        "images": {"api": "benevoclic/api:1.1.0"},
        "migrations": [],
        "changes": [],
        "downtime": False,
        "published_at": None,
    }


def test_a_full_manifest_is_taken_as_it_is():
    manifest = parsed(
        replaced(
            type="security",
            summary="Correctif",
            migrations='["20240815_001"]',
            changes="[un texte]",
            vulnerability="{id: CVE-2026-0001, severity: CRITICAL}",
            test_level="FULL",
            rollback="yes",
        )
    )
    assert manifest["migrations"] == ["20240815_001"]
    assert manifest["vulnerability"] == {"id": "CVE-2026-0001", "severity": "CRITICAL"}
    assert (manifest["test_level"], manifest["rollback"]) == ("FULL", True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T09:00:00Z", "2026-11-20T09:00:00.000Z"),
        ("2026-11-20 10:00:00+01:00", "2026-11-20T09:00:00.000Z"),
        ("2026-11-20 09:00:00", "2026-11-20T09:00:00.000Z"),
        ("'2026-11-20T10:00:00+01:00'", "2026-11-20T09:00:00.000Z"),
    ],
)
def test_times_of_publication_become_utc(value, expected):
    assert parsed(replaced(published_at=value))["published_at"] == expected


@pytest.mark.parametrize("text", ["", "null", "[]", "- schema: 1", "text", "5", "2026-11-20", "true"])
def test_what_is_no_mapping_is_refused(text):
    error = refused(text)
    assert (error.text_id, error.details["path"]) == ("manifest.not_mapping", SOURCE)


@pytest.mark.parametrize("value", ["1.10", "1", "true", "null", "2026-11-20", "[1.1.0]"])
def test_a_version_that_yaml_did_not_read_as_text_is_refused(value):
    assert refused(replaced(version=value)).text_id == "version.not_text"


@pytest.mark.parametrize("value", ["v1.1.0", "'1.1'", "'1.1.0 '", "latest", "''"])
def test_a_version_that_is_not_semantic_is_refused(value):
    assert refused(replaced(version=value)).text_id == "version.not_semantic"


def test_1_10_is_refused_with_advice_before_it_is_taken_for_1_1():
    error = refused(replaced(version="1.10"), "1.1")
    assert (error.text_id, error.details) == ("version.not_text", {"value": 1.1, "kind": "float"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "'1'"),
        ("schema", "1.0"),
        ("schema", "true"),
        ("schema", "null"),
        ("type", "[feature]"),
        ("type", "no"),
        ("summary", "null"),
        ("summary", "5"),
        ("summary", "2026-11-20"),
        ("images", "[benevoclic/api:1.1.0]"),
        ("images", "null"),
        ("images", "{api: 1.1}"),
        ("images", "{api: null}"),
        ("images", "{api: ' '}"),
        ("images", "{null: x}"),
        ("images", "{api: [x]}"),
        ("migrations", "20240815_001"),
        ("migrations", "[20240815_001]"),
        ("migrations", "[null]"),
        ("migrations", "{a: b}"),
        ("changes", "un texte"),
        ("changes", "[{titre: x}]"),
        ("published_at", "2026-11-20"),
        ("published_at", "hier"),
        ("published_at", "null"),
        ("published_at", "'2026-11-20T09:00:00'"),
        ("published_at", "'0001-01-01T00:00:00+14:00'"),
        ("vulnerability", "CVE-2026-0001"),
        ("test_level", "no"),
        ("rollback", "'no'"),
        ("rollback", "0"),
        ("rollback", "null"),
    ],
)
def test_a_value_of_the_wrong_kind_names_file_and_key(key, value):
    error = refused(replaced(**{key: value}))
    assert (error.text_id, error.details["path"]) == ("manifest.wrong_type", SOURCE)
    assert error.details["key"].split(".")[0] == key


@pytest.mark.parametrize("rollback", ["false", "no", "off"])
def test_a_manifest_cannot_switch_the_rollback_off(rollback):
    assert refused(replaced(rollback=rollback)).text_id == "policy.loosened"


@pytest.mark.parametrize(
    ("lines", "text_id", "key"),
    [
        ({"colour": "red"}, "manifest.unknown_key", "colour"),
        ({"null": "x"}, "manifest.unknown_key", "None"),
        ({"images": None}, "manifest.missing_key", "images"),
        ({"type": None, "schema": None}, "manifest.missing_key", "schema, type"),
        ({"images": "{}"}, "manifest.missing_key", "images.*"),
        ({"vulnerability": "{id: X}"}, "manifest.missing_key", "vulnerability.id, vulnerability.severity"),
        (
            {"vulnerability": "{id: X, severity: LOW, note: y}"},
            "manifest.missing_key",
            "vulnerability.id, vulnerability.severity",
        ),
        (
            {"vulnerability": "{id: 5, severity: LOW}"},
            "manifest.missing_key",
            "vulnerability.id, vulnerability.severity",
        ),
        ({"vulnerability": "{id: X, severity: low}"}, "manifest.choice", "vulnerability.severity"),
        ({"vulnerability": "{id: X, severity: [LOW]}"}, "manifest.choice", "vulnerability.severity"),
        ({"type": "Feature"}, "manifest.choice", "type"),
        ({"test_level": "full"}, "manifest.choice", "test_level"),
    ],
)
def test_wrong_keys_and_choices_are_named(lines, text_id, key):
    error = refused(replaced(**lines))
    assert (error.text_id, error.details["key"]) == (text_id, key)


def test_another_schema_and_another_version_than_the_files_name():
    assert refused(replaced(schema=2)).details == {"path": SOURCE, "value": 2, "known": 1}
    error = refused(GOOD, "1.2.0")
    assert (error.text_id, error.details["expected"]) == ("manifest.other_version", "1.2.0")


KNOWN = {
    "1.0.0": "feature",
    "1.1.0": "feature",
    "1.1.1": "security",
    "1.2.0": "maintenance",
    "1.10.0": "feature",
    "2.0.0-rc.1": "feature",
    "broken": "",
}


def chosen(wished, current="1.0.0", update_type="feature", known=KNOWN):
    return choose_version(wished, current, known, update_type, "releases")


@pytest.mark.parametrize("wished", [None, "", "latest"])
def test_latest_is_the_newest_release_of_the_type_and_never_a_prerelease(wished):
    assert chosen(wished) == "1.10.0"
    assert chosen(wished, update_type="security") == "1.1.1"
    assert chosen(wished, current=None, update_type="maintenance") == "1.2.0"


def test_latest_never_goes_back():
    assert chosen("latest", current="1.10.1") == "1.10.1"
    assert chosen("latest", current="1.2.0", update_type="security") == "1.2.0"


def test_a_prerelease_can_be_asked_for_by_name():
    assert chosen("2.0.0-rc.1") == "2.0.0-rc.1"


def test_an_unknown_version_lists_those_there_are_in_order():
    known = {text: "feature" for text in ("1.10.0", "1.9.0", "1.2.0")}
    with pytest.raises(BadInput) as caught:
        chosen("1.3.0", known=known)
    assert caught.value.details == {"version": "1.3.0", "path": "releases", "known": "1.2.0, 1.9.0, 1.10.0"}


@pytest.mark.parametrize(
    ("wished", "text_id"),
    [(1.1, "version.not_text"), (False, "version.not_text"), (0, "version.not_text")]
    + [("1.1", "version.not_semantic"), ("v1.1.0", "version.not_semantic"), ("1.1.0 ", "version.not_semantic")]
    + [("LATEST", "version.not_semantic"), ("1.1.٠", "version.not_semantic")],
)
def test_a_wish_that_is_no_version_is_refused(wished, text_id):
    with pytest.raises(BadInput) as caught:
        chosen(wished)
    assert caught.value.text_id == text_id


def test_no_release_of_the_type_is_said():
    with pytest.raises(BadInput) as caught:
        chosen("latest", current=None, known={"1.0.0": "feature"}, update_type="security")
    assert caught.value.details == {"update_type": "security", "path": "releases"}
