# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an announcement is due: decided on the controller, where the manifests are; nothing is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..module_utils._core.clock import SystemClock, iso
from ..module_utils._core.errors import BadInput, EngineError, Refused
from ..module_utils._core.versions import Version
from ..module_utils._locale import explain, text
from ..module_utils._notify.announced import told_messages, told_results
from ..module_utils._notify.announcing import DUE, PAST, REMINDER, TOLD, TOO_EARLY, Answer, answer
from ..module_utils._notify.timing import Timing, read_moment, read_timing
from ..module_utils._notify.wording import duration, moment
from ..module_utils._policy.policy import Policy, as_data, policy_for
from ..plugin_utils.answering import AnsweringAction
from ..plugin_utils.releases import manifest as manifest_of

OPTIONS: dict[str, dict[str, Any]] = {
    "version": {"type": "raw", "required": True},
    "at": {"type": "raw", "required": True},
    "severity": {"type": "str", "default": ""},
    "vulnerability_id": {"type": "str", "default": ""},
    "releases_dir": {"type": "path", "required": True},
    "timing": {"type": "raw", "default": {}},
    "override_calendar": {"type": "str", "default": ""},
    "announcements": {"type": "list", "elements": "dict", "default": []},
}


class ActionModule(AnsweringAction):
    """``announcement_plan``: nothing is changed anywhere."""

    OPTIONS = OPTIONS
    STAGE = "announce"

    def answer(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        return announcement_of(options, locale, SystemClock().now(), trial=self._task.check_mode)


def announcement_of(options: dict[str, Any], locale: str, now: datetime, *, trial: bool) -> dict[str, Any]:
    """The module's result. In a ``trial`` what is not due is due all the same, to be previewed, and said not to be."""
    timing = read_timing(options["timing"])
    version = Version.parse(options["version"]).text
    at, assumed = read_moment(options["at"], timing.zone)
    manifest = manifest_of(Path(options["releases_dir"]), version)
    vulnerability = manifest.get("vulnerability") or {}
    severity = (options["severity"] or vulnerability.get("severity")) if manifest["type"] == "security" else None
    policy = policy_for(manifest["type"], severity)
    told = told_messages(options["announcements"], version, iso(at))
    found = answer(now, at, policy, timing.reminder_hours, told, consent=bool(options["override_calendar"].strip()))
    words = _Words(version, at, policy, timing, locale)
    lines = [words.line("announce.line.zone", zone=timing.zone)] if assumed else []
    refusal = words.refusal(found)
    if refusal is not None and not (trial and found.kind != PAST):
        raise refusal
    if refusal is not None:
        lines.append(words.warning("announce.line.trial", reason=explain(refusal, locale)["text"]))
    lines += words.lines(found, options["override_calendar"].strip())
    return {
        "answer": found.kind,
        "due": found.kind == DUE or trial,
        "message": found.message,
        "at": iso(at),
        "next_at": iso(found.next_at) if found.next_at else None,
        "lines": lines,
        "already": told_results(options["announcements"], version, iso(at)),
        "update_type": manifest["type"],
        "communication": {**manifest.get("announcement", {}), "at": iso(at)},
        "announced": {
            "to_version": version,
            "severity": severity,
            "vulnerability_id": options["vulnerability_id"] or vulnerability.get("id"),
            "policy": as_data(policy),
            "reason": options["override_calendar"].strip() if found.late else "",
        },
    }


class _Words:
    """The answer in sentences."""

    def __init__(self, version: str, at: datetime, policy: Policy, timing: Timing, locale: str) -> None:
        self.policy, self.zone, self.locale = policy, timing.zone, locale
        self.details: dict[str, object] = {"version": version, "at": self.when(at)}

    def when(self, value: datetime | None) -> str:
        return "-" if value is None else moment(value, self.zone, self.locale)

    def hours(self, value: int) -> str:
        return duration(timedelta(hours=value).total_seconds(), self.locale)

    def line(self, text_id: str, **details: object) -> dict[str, str]:
        return {"mark": "info", "text": text(self.locale, text_id, **self.details, **details)}

    def warning(self, text_id: str, **details: object) -> dict[str, str]:
        return {**self.line(text_id, **details), "mark": "warning"}

    def refusal(self, found: Answer) -> EngineError | None:
        """What nothing is sent for, as an error that says when."""
        if found.kind in (DUE, TOLD):
            return None
        if found.kind == PAST:
            return BadInput("announce.past", **self.details)
        if found.kind == TOO_EARLY:
            longest = self.hours(self.policy.lead_time_longest_hours)
            return Refused("announce.too_early", **self.details, longest=longest, next_at=self.when(found.next_at))
        return Refused(
            "announce.too_late",
            **self.details,
            lead=self.hours(self.policy.lead_time_hours),
            until=self.when(found.until),
            earliest=self.when(found.earliest),
        )

    def lines(self, found: Answer, consent: str) -> list[dict[str, str]]:
        lines = []
        if found.kind == DUE:
            lines.append(self.line(f"announce.line.{found.message}"))
        if found.late:
            lead = self.hours(self.policy.lead_time_hours)
            lines.append(self.warning("announce.line.late", lead=lead, consent=consent))
        if found.kind == TOLD:
            lines.append(self.line("announce.line.told"))
        if found.next_at is not None and found.kind in (DUE, TOLD):
            lines.append(self.line("announce.line.next", next_at=self.when(found.next_at)))
        elif found.kind == TOLD or (found.kind == DUE and found.message == REMINDER):
            lines.append(self.line("announce.line.none"))
        return lines
