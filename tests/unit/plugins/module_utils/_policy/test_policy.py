# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.policy import (
    POLICIES,
    TEST_LEVELS,
    as_data,
    backup_proof,
    policy_for,
    suites_of,
    tightened_level,
)

TABLE = """
 | deadline | hours | tests | lead | longest | reminder | calendar | answers | documents
security CRITICAL | IMMEDIATE | 0 | MINIMAL | 0 | 0 | - | any | no | advisory
security HIGH | WITHIN_2H | 2 | CRITICAL_PATH | 0 | 0 | - | any | no | advisory
security MEDIUM | WITHIN_24H | 24 | STANDARD | 2 | 24 | 24 | window | no | advisory
security LOW | WITHIN_WEEK | 168 | FULL | 24 | 48 | 24 | window | no | advisory
feature | - | - | FULL | 336 | 360 | 24 | monthly_window | yes | release_notes user_guide training
maintenance | - | - | STANDARD | 72 | 120 | 24 | weekly_window | yes | changelog
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_policy_is_the_table_of_the_manual(row):
    kind, deadline, hours, level, lead, longest, reminder, calendar, answers, documents = row
    update_type, _, severity = kind.partition(" ")
    assert as_data(policy_for(update_type, severity or None)) == {
        "deadline": None if deadline == "-" else deadline,
        "deadline_hours": None if hours == "-" else int(hours),
        "test_level": level,
        "lead_time_hours": int(lead),
        "lead_time_longest_hours": int(longest),
        "reminder_hours": None if reminder == "-" else int(reminder),
        "calendar": calendar,
        "application_must_answer": answers == "yes",
        "documents": documents.split(),
        "rollback": "automatic",
    }


def test_the_table_has_no_other_row():
    assert len(POLICIES) == len(ROWS)


def test_the_test_levels_are_those_of_the_manual():
    assert TEST_LEVELS == {
        "MINIMAL": ("test:security", "test:critical"),
        "CRITICAL_PATH": ("test:critical",),
        "STANDARD": ("test:regression",),
        "FULL": ("test:regression", "test:database", "test:security"),
    }


@pytest.mark.parametrize("severity", [None, "", "critical", "Critical", "URGENT", "CRITICAL "])
def test_an_unknown_severity_is_refused_with_the_allowed_ones(severity):
    with pytest.raises(BadInput) as caught:
        policy_for("security", severity)
    details = {"value": severity or "-", "allowed": "CRITICAL, HIGH, MEDIUM, LOW"}
    assert (caught.value.text_id, caught.value.details) == ("policy.severity", details)


@pytest.mark.parametrize("update_type", ["Security", "", "hotfix", "rollback"])
def test_an_unknown_type_is_refused_with_the_allowed_ones(update_type):
    with pytest.raises(BadInput) as caught:
        policy_for(update_type, None)
    assert caught.value.details == {"value": update_type, "allowed": "security, feature, maintenance"}


def test_a_severity_where_there_is_none_is_refused():
    with pytest.raises(BadInput, match="policy.severity_unexpected"):
        policy_for("feature", "LOW")


@pytest.mark.parametrize(("row", "wished"), [(row, level) for row in POLICIES for level in TEST_LEVELS])
def test_a_manifest_may_raise_the_level_and_never_loses_a_suite(row, wished):
    policy, levels = POLICIES[row], list(TEST_LEVELS)
    if levels.index(wished) < levels.index(policy.test_level):
        with pytest.raises(BadInput) as caught:
            tightened_level(policy, wished)
        assert caught.value.details == {"key": "test_level", "value": wished, "minimum": policy.test_level}
    else:
        suites = suites_of(policy, tightened_level(policy, wished), migrates=False)
        assert set(suites) == {*TEST_LEVELS[policy.test_level], *TEST_LEVELS[wished]}
        assert len(suites) == len(set(suites))


def test_without_a_wish_the_level_is_the_policys():
    policy = policy_for("security", "CRITICAL")
    assert tightened_level(policy, None) == "MINIMAL"
    assert suites_of(policy, "MINIMAL", migrates=False) == ["test:security", "test:critical"]


def test_migrations_have_the_database_tested_at_every_level():
    for policy in POLICIES.values():
        assert suites_of(policy, policy.test_level, migrates=True).count("test:database") == 1


@pytest.mark.parametrize(
    ("kind", "migrates", "level"),
    [
        ("pre_update", False, "structure"),
        ("pre_update", True, "rehearsal"),
        ("manual", False, "rehearsal"),
        ("before_rollback", True, "structure"),
        ("before_restore", True, "structure"),
    ],
)
def test_a_backup_is_proven_by_its_kind(kind: str, migrates: bool, level: str) -> None:
    assert backup_proof(kind, "", "production", migrates=migrates) == level


def test_a_weaker_proof_is_refused_in_production_only() -> None:
    assert backup_proof("pre_update", "checksum", "staging", migrates=True) == "checksum"
    assert backup_proof("pre_update", "rehearsal", "production", migrates=False) == "rehearsal"
    with pytest.raises(BadInput) as caught:
        backup_proof("pre_update", "structure", "production", migrates=True)
    assert caught.value.text_id == "policy.proof_loosened"
    assert caught.value.details["minimum"] == "rehearsal"


def test_an_unknown_proof_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput) as caught:
        backup_proof("manual", "Rehearsal", "dev", migrates=False)
    assert caught.value.details["allowed"] == "none, checksum, structure, rehearsal"
