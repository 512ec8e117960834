# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which backup sets stay and which go, each with its reason. Nothing here touches a disk.

A set stays when anything holds it: a run that is not over, a verified release, being the last good one, or being the
best of a day, a week or a month (UTC) among the last ones that have a set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from .._core.errors import BadInput
from .._policy.policy import PROOF_LEVELS
from .._runs.ledger import Entry, landings

PERIODS = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m"}
CLASSES = {"before_rollback": "left_behind", "before_restore": "left_behind", "manual": "by_hand"}
"""Kind → with what it competes for a day (others: with one another). A state that is nowhere else any more does not go for
an update's set, nor does what a person made.
"""


@dataclass(frozen=True)
class Keep:
    """How many to keep: days, weeks, months that have a set, and verified releases."""

    daily: int
    weekly: int
    monthly: int
    verified_releases: int


@dataclass(frozen=True)
class Candidate:
    """What the rule needs of a set whose manifest reads."""

    id: str
    created: datetime
    proof: str
    kind: str
    run_id: str | None = None
    served_version: str | None = None

    @property
    def good(self) -> bool:
        return self.proof != PROOF_LEVELS[0]

    @property
    def rank(self) -> tuple[int, datetime, str]:
        """The better proven, then the newer."""
        return (PROOF_LEVELS.index(self.proof), self.created, self.id)


@dataclass(frozen=True)
class Verdict:
    """``reason`` with ``details`` fills the text ``retention.<reason>``."""

    id: str
    keep: bool
    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)


def read_keep(definition: Mapping[str, Any]) -> Keep | None:
    """The keeps of a stack definition (``backup.keep``); None where it has none: then nothing ever goes.

    Raises BadInput ``retention.keep`` for what is no whole number from 0 up.
    """
    wished = (definition.get("backup") or {}).get("keep")
    if wished is None:
        return None
    return Keep(**{name: _count(wished, name) for name in Keep.__dataclass_fields__})


def _count(wished: Mapping[str, Any], name: str) -> int:
    value = wished.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInput("retention.keep", key=f"benevoclic_backup_keep_{name}", value=value)
    return value


def decide(
    candidates: Iterable[Candidate], entries: Iterable[Entry], keep: Keep, needed: Mapping[str, str]
) -> list[Verdict]:
    """A verdict for each set, newest first.

    ``entries``: the ledger's, oldest first; ``needed``: id of a set → the run that is not over and needs it.
    """
    sets = sorted(candidates, key=lambda one: (one.created, one.id), reverse=True)
    ledger = list(entries)
    held: dict[str, Verdict] = {}
    for verdict in (
        *_needed(sets, needed),
        *_of_unknown_runs(sets, ledger),
        *_of_releases(sets, ledger, keep.verified_releases),
        *_last(sets),
        *_of_periods(sets, keep),
    ):
        held.setdefault(verdict.id, verdict)
    return [held.get(one.id) or _expired(one, sets, held, keep) for one in sets]


def _needed(sets: Sequence[Candidate], needed: Mapping[str, str]) -> Iterable[Verdict]:
    return (_stays(one, "needed", run_id=needed[one.id]) for one in sets if one.id in needed)


def _of_unknown_runs(sets: Sequence[Candidate], entries: Sequence[Entry]) -> Iterable[Verdict]:
    """A ledger that does not know the run of a set is not the one that may judge it."""
    known = {entry["run_id"] for entry in entries}
    return (_stays(one, "unknown_run", run_id=one.run_id) for one in sets if one.run_id and one.run_id not in known)


def _of_releases(sets: Sequence[Candidate], entries: Sequence[Entry], count: int) -> Iterable[Verdict]:
    """For each of the last verified releases: what its run backed up before it, and the release's own last data."""
    for landing in reversed(landings(entries)[-count:] if count else []):
        if landing.which == "after":
            yield from (
                _stays(one, "way_back", version=landing.version) for one in sets if one.run_id == landing.run_id
            )
        of_version = [one for one in sets if one.served_version == landing.version]
        if of_version:
            yield _stays(max(of_version, key=lambda one: (one.good, one.created)), "release", version=landing.version)


def _last(sets: Sequence[Candidate]) -> Iterable[Verdict]:
    """The newest good set, and the newest of the best proven, whatever the keeps say; with none good, the newest."""
    good = [one for one in sets if one.good]
    if not good:
        return [_stays(one, "last") for one in sets[:1]]
    return [_stays(good[0], "last"), _stays(max(good, key=lambda one: one.rank), "best_proven")]


def _of_periods(sets: Sequence[Candidate], keep: Keep) -> Iterable[Verdict]:
    for group in _groups(sets):
        for period, form in PERIODS.items():
            best = _best_by(group, _label(form))
            for label in sorted(best, reverse=True)[: getattr(keep, period)]:
                yield _stays(best[label], period, period=label)


def _groups(sets: Sequence[Candidate]) -> list[list[Candidate]]:
    """Sets that compete with one another for a period. An unproven one counts only while no newer one is good."""
    good = [one for one in sets if one.good]
    unproven = [one for one in sets if not one.good and not (good and good[0].created > one.created)]
    classes = sorted({_class(one) for one in sets})
    return [[one for one in some if _class(one) == name] for some in (good, unproven) for name in classes]


def _class(one: Candidate) -> str:
    return CLASSES.get(one.kind, "update")


def _label(form: str) -> Callable[[Candidate], str]:
    return lambda one: one.created.astimezone(timezone.utc).strftime(form)


def _best_by(group: Iterable[Candidate], label: Callable[[Candidate], str]) -> dict[str, Candidate]:
    best: dict[str, Candidate] = {}
    for one in group:
        name = label(one)
        if name not in best or one.rank > best[name].rank:
            best[name] = one
    return best


def _expired(one: Candidate, sets: Sequence[Candidate], held: Mapping[str, Verdict], keep: Keep) -> Verdict:
    """Why nothing holds it."""
    group = next((group for group in _groups(sets) if one in group), None)
    if group is None:
        newest = next(other for other in sets if other.good)
        return Verdict(one.id, False, "unproven", {"id": newest.id})
    day = _label(PERIODS["daily"])
    best = _best_by(group, day)[day(one)]
    if best.id != one.id and best.id in held:
        return Verdict(one.id, False, "superseded", {"id": best.id, "day": day(one)})
    return Verdict(one.id, False, "past", asdict(keep))


def _stays(one: Candidate, reason: str, **details: Any) -> Verdict:
    return Verdict(one.id, True, reason, details)
