# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan in lines for people."""

from __future__ import annotations

from typing import Any

from ..module_utils._commanded.settings import COMMAND
from ..module_utils._locale import text


def of_update(plan: dict[str, Any], locale: str) -> list[dict[str, str]]:
    """What an update will do."""
    lines = [headline(plan, locale)]
    if plan["unchanged"]:
        return [*lines, line("plan.unchanged", locale, version=plan["to_version"])]
    if plan["policy"]["deadline"]:
        lines.append(line("plan.deadline", locale, **{**plan, "deadline": plan["policy"]["deadline"]}))
    lines.append(line("plan.services", locale, services=", ".join(plan["services"])))
    if plan["migrations"]:
        names = ", ".join(migration["file"] for migration in plan["migrations"])
        lines.append(line("plan.migrations", locale, migrations=names))
    if plan["backup_proof"]:
        lines.append(line("plan.backup", locale, proof=text(locale, f"mongo.proof.{plan['backup_proof']}")))
    if plan["fence"]:
        lines += _fence_lines(plan["fence"], locale)
    lines.append(line("plan.tests", locale, level=plan["test_level"], suites=", ".join(plan["suites"])))
    return lines + _switched_off(plan, locale)


def of_migration(plan: dict[str, Any], locale: str) -> list[dict[str, str]]:
    """What migrations alone will do."""
    lines = [headline(plan, locale)]
    if plan["unchanged"]:
        return [*lines, line("plan.migration_unchanged", locale, target=plan["migration_target"])]
    counts = {"up": len(plan["migrations"]), "down": len(plan["undo"])}
    text_id = "plan.migration_rehearsal" if plan["dry_run"] else "plan.migration"
    if plan["dry_run"] and (plan["definition"].get("migrations") or {}).get("engine") == COMMAND:
        text_id = "plan.migration_dry_run"
    lines.append(line(text_id, locale, target=plan["migration_target"], **counts))
    if plan["backup_proof"]:
        lines.append(line("plan.backup", locale, proof=text(locale, f"mongo.proof.{plan['backup_proof']}")))
    return lines + _switched_off(plan, locale)


def headline(plan: dict[str, Any], locale: str) -> dict[str, str]:
    """From what to what, where."""
    definition = plan["definition"]
    return line(
        "plan.headline",
        locale,
        flow=plan["flow"],
        from_version=plan["from_version"] or "?",
        to_version=plan["to_version"],
        stack=definition["stack"],
        environment=definition["environment"],
    )


def line(text_id: str, locale: str, **details: object) -> dict[str, str]:
    """A sentence of the catalogue, for the timeline."""
    return {"mark": "info", "text": text(locale, text_id, **details)}


def _fence_lines(fence: dict[str, Any], locale: str) -> list[dict[str, str]]:
    """That there will be downtime, from when to when, and why."""
    told = "plan.fence_page" if fence["edge"] else "plan.fence"
    lines = [line(told, locale, services=", ".join(fence["services"]))]
    if fence["irreversible"]:
        lines.append(line("plan.fence_irreversible", locale, files=", ".join(fence["irreversible"])))
    else:
        lines.append(line("plan.downtime", locale))
    return [{**line, "mark": "warning"} for line in lines]


def _switched_off(plan: dict[str, Any], locale: str) -> list[dict[str, str]]:
    lines = []
    for name in ("backup", "rollback"):
        if not plan["switches"][name]:
            reason = plan["switches"][f"{name}_reason"]
            lines.append({**line("plan.switched_off", locale, name=name, reason=reason), "mark": "warning"})
    return lines
