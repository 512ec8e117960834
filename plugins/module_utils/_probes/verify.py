# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the release that was meant the one that serves? Used after a deployment and at the end of a rollback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from .._core.clock import Clock
from .._core.errors import BadInput
from .._core.files import read_json
from .._core.http import Transport
from .._core.runner import Runner
from .._core.versions import Version
from .._stack import images
from .._stack.services import read_services
from .gate import GateSettings, wait_for_gate
from .live import containers_of
from .question import Check
from .version import Container, Prover, Target, require_proofs


@dataclass(frozen=True)
class Alone:
    """A context without a run: a definition and the services to look at."""

    plan: Mapping[str, Any]
    runner: Runner
    clock: Clock
    transport: Transport

    @classmethod
    def of(
        cls,
        definition: Mapping[str, Any],
        services: Sequence[str] | None,
        runner: Runner,
        clock: Clock,
        transport: Transport,
    ) -> Alone:
        """``services`` default to those with a version source. Raises BadInput for one that is not there."""
        table = read_services(definition)
        names = list(services) if services else [name for name, spec in table.items() if spec.version]
        for name in names:
            if name not in table:
                raise BadInput("stack.unknown_service", name=name, known=", ".join(table))
        return cls({"definition": definition, "services": names}, runner, clock, transport)


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
    containers: Containers | None = None,
    record: Record = no_record,
) -> dict[str, Any]:
    """Gate of every touched service and of the edge, then the version proofs.

    ``expected`` comes from :func:`expected_of_plan`, or is a release tuple to have been returned to. What was seen is
    given to ``record`` (a run's own: kinds ``gate`` and ``proof``) before it is judged, so that a journal has it either
    way. Returns ``{"gate", "proofs", "version"}``; raises Failed ``gate.not_reached`` or ``proof.*``.
    """
    return {"gate": pass_gate(context, expected, record), **prove_release(context, expected, containers, record)}


def pass_gate(context: Context, expected: Mapping[str, Any], record: Record = no_record) -> dict[str, Any] | None:
    """Wait until the touched services and the edge answer well. None where there is nothing to ask, or where the
    release returned to did not answer before either. Raises Failed ``gate.not_reached``."""
    definition = context.plan["definition"]
    checks = gate_checks(definition, _names(context.plan, expected))
    if not checks or expected.get("healthy") is False:
        return None
    settings = GateSettings.parse(definition.get("gate"))
    result = wait_for_gate(checks, settings, context.transport, context.clock)
    record("gate", result.data())
    return result.require().data()


def prove_release(
    context: Context, expected: Mapping[str, Any], containers: Containers | None = None, record: Record = no_record
) -> dict[str, Any]:
    """The version proofs of the touched services and of the edge. Raises Failed ``proof.*``."""
    definition, names = context.plan["definition"], _names(context.plan, expected)
    prover = Prover(context.runner, context.transport, context.clock, GateSettings.parse(definition.get("gate")))
    found = (containers or containers_of(context.runner, definition))(names)
    proofs = [proof for target in targets(definition, names, expected, found) for proof in prover.prove(target)]
    data = [proof.data() for proof in proofs]
    good = bool(proofs) and all(proof.ok for proof in proofs)
    version = expected.get("version") if good else None
    record("proof", {"version": version, "ok": good, "proofs": data})
    require_proofs(proofs)
    return {"proofs": data, "version": version}


def _names(plan: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """The touched services that should run: a tuple may say that one had no container."""
    services = expected["services"]
    return [
        name for name in plan["services"] if name in services and services[name].get("container_id", "") is not None
    ]


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


def watched(definition: Mapping[str, Any], names: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    """What a watch asks: the edge by the stack's ``watch`` table; without an edge, the first probe of ``names``.

    Raises BadInput ``watch.no_edge`` where there is neither.
    """
    table = definition.get("watch") or {}
    edge = (definition.get("edge") or {}).get("url")
    if edge:
        return str(edge), table
    for name in names:
        probe = definition["services"][name].get("probe")
        if probe:
            parts = urlsplit(probe)
            return f"{parts.scheme}://{parts.netloc}", {**table, "paths": [parts.path or "/"]}
    raise BadInput("watch.no_edge")


def targets(
    definition: Mapping[str, Any],
    names: Sequence[str],
    expected: Mapping[str, Any],
    containers: Mapping[str, Container],
) -> list[Target]:
    """What is to be proved of each service, and of the edge where it has a version source of its own.

    Of a release returned to, the image's identity says what its label and commands would; of one that did not answer
    before, it says all.
    """
    returning, silent = "captured_at" in expected, expected.get("healthy") is False
    wanted = []
    for name in names:
        should = expected["services"][name]
        sources = definition["services"][name].get("version") or {}
        if returning:
            sources = {key: value for key, value in sources.items() if key in ("url", "field")}
        version = None if silent else should.get("version")
        wanted.append(Target(name, version, should.get("image_id"), sources, containers.get(name)))
    edge = (definition.get("edge") or {}).get("version") or {}
    if edge.get("url") and expected.get("version") and not silent:
        source = {"url": edge["url"], "field": edge.get("field")}
        wanted.append(Target(edge["url"], expected["version"], None, source))
    return wanted


def expected_of_run(plan: Mapping[str, Any], runs_folder: Path, runner: Runner | None) -> dict[str, Any]:
    """What the run ``plan`` should end with: its release, or the tuple that a return (``target``) goes back to; a target
    without a run is what this run found.

    Without ``runner`` the images stay unidentified, which is enough for a gate.
    """
    target = plan.get("target")
    if target:
        found: dict[str, Any] = read_json(
            runs_folder / (target["run_id"] or plan["run_id"]) / f"{target['which']}.json"
        )
        return found
    if runner is None:
        return expected_of_plan(plan, {})
    known = images.require_all(runner, [plan["images"][name] for name in plan["services"]])
    return expected_of_plan(plan, {name: known[plan["images"][name]].id for name in plan["services"]})


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
