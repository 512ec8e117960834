# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update types as data (manual §1, §3.1; design §9). Nothing else decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .._core.errors import BadInput

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
"""Most severe first."""
UPDATE_TYPES = ("security", "feature", "maintenance")

TEST_LEVELS: dict[str, tuple[str, ...]] = {
    "MINIMAL": ("test:security", "test:critical"),
    "CRITICAL_PATH": ("test:critical",),
    "STANDARD": ("test:regression",),
    "FULL": ("test:regression", "test:database", "test:security"),
}
"""Test level → npm scripts, weakest level first. FULL is the manual's EXTENSIVE, its "full regression"."""
MIGRATION_SUITES = ("test:database",)
"""What proves the database after migrations, whatever the level."""

PRODUCTION = "production"

PROOF_LEVELS = ("none", "checksum", "structure", "rehearsal")
"""How a backup is proven, weakest first; only a rehearsal shows that it restores."""
PROOFS = {
    "pre_update": "structure",
    "pre_migration": "rehearsal",
    "before_rollback": "structure",
    "before_restore": "structure",
    "manual": "rehearsal",
}
"""Kind of backup → its proof. The site waits for the two in the middle, which keep a state that is being left."""

DEADLINE_HOURS: dict[str, int] = {"IMMEDIATE": 0, "WITHIN_2H": 2, "WITHIN_24H": 24, "WITHIN_WEEK": 168}
"""Hours after publication."""


@dataclass(frozen=True)
class Policy:
    """What a kind of update demands. Times in hours; None where the manual sets none.

    An announcement goes out between ``lead_time_longest_hours`` and ``lead_time_hours`` before the update.
    """

    deadline: str | None
    test_level: str
    lead_time_hours: int
    reminder_hours: int | None
    calendar: str
    application_must_answer: bool
    documents: tuple[str, ...]
    rollback: str = "automatic"
    lead_time_longest_hours: int = 0


_ADVISORY = ("advisory",)
POLICIES: dict[tuple[str, str | None], Policy] = {
    ("security", "CRITICAL"): Policy("IMMEDIATE", "MINIMAL", 0, None, "any", False, _ADVISORY),
    ("security", "HIGH"): Policy("WITHIN_2H", "CRITICAL_PATH", 0, None, "any", False, _ADVISORY),
    ("security", "MEDIUM"): Policy(
        "WITHIN_24H", "STANDARD", 2, 24, "window", False, _ADVISORY, lead_time_longest_hours=24
    ),
    ("security", "LOW"): Policy("WITHIN_WEEK", "FULL", 24, 24, "window", False, _ADVISORY, lead_time_longest_hours=48),
    ("feature", None): Policy(
        None,
        "FULL",
        14 * 24,
        24,
        "monthly_window",
        True,
        ("release_notes", "user_guide", "training"),
        lead_time_longest_hours=15 * 24,
    ),
    ("maintenance", None): Policy(
        None, "STANDARD", 3 * 24, 24, "weekly_window", True, ("changelog",), lead_time_longest_hours=5 * 24
    ),
}


def policy_for(update_type: str, severity: str | None) -> Policy:
    """The row of the table.

    Raises BadInput ``policy.update_type``, ``policy.severity`` (absent, lower case or unknown, with the allowed ones)
    or ``policy.severity_unexpected``.
    """
    if update_type not in UPDATE_TYPES:
        raise BadInput("policy.update_type", value=update_type, allowed=", ".join(UPDATE_TYPES))
    if update_type == "security" and severity not in SEVERITIES:
        raise BadInput("policy.severity", value=severity or "-", allowed=", ".join(SEVERITIES))
    if update_type != "security" and severity is not None:
        raise BadInput("policy.severity_unexpected", value=severity, update_type=update_type)
    return POLICIES[update_type, severity]


def tightened_level(policy: Policy, wished: str | None) -> str:
    """The test level, which a manifest may raise and never lower. Raises BadInput ``policy.loosened``."""
    levels = list(TEST_LEVELS)
    if wished is None:
        return policy.test_level
    if levels.index(wished) < levels.index(policy.test_level):
        raise BadInput("policy.loosened", key="test_level", value=wished, minimum=policy.test_level)
    return wished


def backup_proof(kind: str, wished: str | None, environment: str, *, migrates: bool) -> str:
    """How the backup of ``kind`` is proven; before migrations as ``pre_migration`` is.

    A wish counts, in production never below the policy. Raises BadInput ``policy.proof`` or ``policy.proof_loosened``.
    """
    minimum = PROOFS["pre_migration" if migrates and kind == "pre_update" else kind]
    if not wished:
        return minimum
    if wished not in PROOF_LEVELS:
        raise BadInput("policy.proof", value=wished, allowed=", ".join(PROOF_LEVELS))
    if environment == PRODUCTION and PROOF_LEVELS.index(wished) < PROOF_LEVELS.index(minimum):
        raise BadInput("policy.proof_loosened", value=wished, minimum=minimum)
    return wished


def suites_of(policy: Policy, level: str, *, migrates: bool) -> list[str]:
    """The npm scripts of ``level``, and whatever the policy's own level has beside them: tightening never drops a test."""
    after_migrations = MIGRATION_SUITES if migrates else ()
    return list(dict.fromkeys((*TEST_LEVELS[level], *TEST_LEVELS[policy.test_level], *after_migrations)))


def as_data(policy: Policy) -> dict[str, Any]:
    """The row as JSON data, with the deadline's hours."""
    hours = None if policy.deadline is None else DEADLINE_HOURS[policy.deadline]
    return {**asdict(policy), "documents": list(policy.documents), "deadline_hours": hours}
