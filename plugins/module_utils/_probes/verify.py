# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the release that was meant the one that serves? Used after a deployment and at the end of a rollback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from .._core.clock import Clock
from .._core.errors import BadInput
from .._core.http import Transport
from .._core.runner import Runner
from .._core.versions import Version
from .gate import GateSettings, wait_for_gate
from .question import Check
from .version import Container, Prover, Target, require_proofs

Record = Callable[[str, Mapping[str, Any]], None]
Containers = Callable[[Sequence[str]], Mapping[str, Container]]
"""Names of services → their running containers (a service without one is absent)."""


class Context(Protocol):
    """The part of a run's context that is needed here."""

    @property
    def plan(self) -> Mapping[str, Any]: ...

    @property
    def runner(self) -> Runner: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def transport(self) -> Transport: ...


def no_record(_kind: str, _data: Mapping[str, Any]) -> None:
    """For a reader: nothing is journaled."""


def verify_release(
    context: Context,
    expected: Mapping[str, Any],
    containers: Containers,
    record: Record = no_record,
) -> dict[str, Any]:
    """Gate of every touched service and of the edge, then the version proofs.

    ``expected``: ``{"version", "services": {name: {"version", "image_id"}}}``, as in a release tuple. What was seen is
    given to ``record`` (a run's own: kinds ``gate`` and ``proof``) before it is judged, so that a journal has it either
    way. Returns ``{"gate", "proofs", "version"}``; raises Failed ``gate.not_reached`` or ``proof.*``.
    """
    definition = context.plan["definition"]
    settings = GateSettings.parse(definition.get("gate"))
    names = [name for name in context.plan["services"] if name in expected["services"]]
    gate = None
    checks = gate_checks(definition, names)
    if checks:
        result = wait_for_gate(checks, settings, context.transport, context.clock)
        gate = result.data()
        record("gate", gate)
        result.require()
    prover = Prover(context.runner, context.transport, context.clock, settings)
    found = containers(names)
    proofs = [proof for target in targets(definition, names, expected, found) for proof in prover.prove(target)]
    data = [proof.data() for proof in proofs]
    good = bool(proofs) and all(proof.ok for proof in proofs)
    version = expected.get("version") if good else None
    record("proof", {"version": version, "ok": good, "proofs": data})
    require_proofs(proofs)
    return {"gate": gate, "proofs": data, "version": version}


def gate_checks(definition: Mapping[str, Any], names: Sequence[str]) -> list[Check]:
    """The probes of the services ``names`` and of the edge (named by its URL), each URL once."""
    checks = {}
    for name in names:
        probe = definition["services"][name].get("probe")
        if probe:
            checks[probe] = Check(name, probe)
    edge = definition.get("edge") or {}
    if edge.get("url"):
        url = edge["url"].rstrip("/") + (edge.get("probe") or "/")
        checks.setdefault(url, Check(url, url))
    return list(checks.values())


def targets(
    definition: Mapping[str, Any],
    names: Sequence[str],
    expected: Mapping[str, Any],
    containers: Mapping[str, Container],
) -> list[Target]:
    """What is to be proved of each service, and of the edge where it has a version source of its own."""
    wanted = []
    for name in names:
        service, should = definition["services"][name], expected["services"][name]
        wanted.append(
            Target(
                name,
                should.get("version"),
                should.get("image_id"),
                service.get("version") or {},
                containers.get(name),
            )
        )
    sources = (definition.get("edge") or {}).get("version") or {}
    if sources.get("url") and expected.get("version"):
        wanted.append(Target(sources["url"], expected["version"], None, {**sources, "label": None, "command": None}))
    return wanted


def expected_of_plan(plan: Mapping[str, Any], image_ids: Mapping[str, str]) -> dict[str, Any]:
    """What the plan promises: each service at its image's tag where that is a version, else at the release's."""
    release = plan["to_version"]
    services = {
        name: {"version": _tag(plan["images"].get(name, "")) or release, "image_id": image_ids.get(name)}
        for name in plan["services"]
    }
    return {"version": release, "services": services}


def _tag(reference: str) -> str | None:
    """The semantic version after the last colon of an image reference, if it is one."""
    tag = reference.partition("@")[0].rpartition("/")[2].partition(":")[2]
    try:
        return Version.parse(tag).text
    except BadInput:
        return None
