# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-place deployment of a run: one service at a time, and only what the plan names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .._core.errors import BadInput, Refused
from .._core.runner import Runner
from . import containers, definitions, images
from .compose import Change, Compose, projects
from .containers import Container
from .images import Image
from .services import VARIABLE, ServiceSpec, read_services, select


class Operating(Protocol):
    """The part of a run that a deployment uses."""

    def operate(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Step:
    """One service on its way: what runs now, what shall."""

    spec: ServiceSpec
    reference: str
    image: Image | None
    before: Container | None
    defined: str | None

    def data(self, recreated: bool) -> dict[str, Any]:
        return {
            "before": self.before.reference if self.before else None,
            "after": self.reference,
            "image_id_before": self.before.image_id if self.before else None,
            "image_id": self.image.id if self.image else None,
            "version_before": self.before.labels.get(images.VERSION_LABEL) if self.before else None,
            "version": self.image.version if self.image else None,
            "definition": {"kind": self.spec.kind, "name": self.spec.target, "value": self.defined},
            "recreated": recreated,
        }


def look(runner: Runner, plan: Mapping[str, Any], *, require: bool = True) -> list[Step]:
    """What the plan means on this host. With ``require``, every image must be here and be the right one."""
    services = read_services(plan["definition"])
    wanted = select(services, plan["services"])
    found = containers.find(runner, [spec.project for spec in wanted])
    for spec in wanted:
        if spec.name not in plan["images"]:
            raise BadInput("stack.no_image", service=spec.name)
    references = [plan["images"][spec.name] for spec in wanted]
    known = images.require_all(runner, references) if require else images.inspect_all(runner, references)
    steps = []
    for spec in wanted:
        reference = plan["images"][spec.name]
        image = known.get(reference)
        before = containers.current(found, spec.project, spec.service)
        steps.append(Step(spec, reference, image, before, definitions.value(runner, spec)))
    return steps


def changes(runner: Runner, definition: Mapping[str, Any], steps: Sequence[Step]) -> list[Change]:
    """What the deployment would do to containers: a dry run of each project, and the tags that would move.

    Raises Refused when another service or a volume would be touched, now or at the next plain ``docker compose up -d``.
    """
    table = read_services(definition).values()
    by_name = {step.spec.name: step for step in steps}
    found: list[Change] = []
    for compose, specs in projects(runner, [step.spec for step in steps]):
        mine = [by_name[spec.name] for spec in specs]
        same = [
            item for item in table if (item.project, item.env_path) == (compose.spec.project, compose.spec.env_path)
        ]
        wanted = {step.spec.target: step.reference for step in mine if step.spec.kind == VARIABLE}
        named = [step.spec.service for step in mine]
        here = containers.find(runner, [compose.spec.project])
        _refuse_shared(compose, mine, named, here)
        seen = compose.would_recreate(named, definitions.environment(same, wanted), here)
        _refuse_others(seen, named, compose.spec.project)
        found += [change for change in seen if change.service in named]
        found += _moved(mine, {change.service for change in seen})
    return found


def _moved(steps: Iterable[Step], seen: set[str]) -> list[Change]:
    """Services that only a moved tag recreates: the dry run cannot see it, since the tag has not moved yet."""
    return [
        Change(step.spec.service, step.before.name if step.before else step.spec.service, "recreate")
        for step in steps
        if step.spec.kind != VARIABLE and step.spec.service not in seen and not _runs(step)
    ]


def _runs(step: Step) -> bool:
    return step.before is not None and step.image is not None and step.before.image_id == step.image.id


def _refuse_others(seen: Iterable[Change], named: Sequence[str], project: str) -> None:
    others = [change for change in seen if change.service not in named and change.action != "start"]
    if others:
        text = ", ".join(f"{change.service} ({change.action})" for change in others)
        raise Refused("stack.would_touch_others", project=project, services=", ".join(named), others=text)


def _refuse_shared(compose: Compose, steps: Sequence[Step], named: Sequence[str], here: Iterable[Container]) -> None:
    """A running service that uses the same variable or tag would be recreated by the next plain ``up``."""
    running = {item.service for item in here if item.running}
    specs = [step.spec for step in steps]
    by_target = compose.users(
        [spec.target for spec in specs if spec.kind == VARIABLE],
        [spec.target for spec in specs if spec.kind != VARIABLE],
    )
    for spec in specs:
        users = by_target[spec.target]
        if spec.service not in users:
            raise Refused("stack.not_the_definition", service=spec.name, target=spec.target, project=spec.project)
        others = [name for name in users if name not in named and name in running]
        if others:
            raise Refused("stack.shared_definition", service=spec.name, target=spec.target, others=", ".join(others))


def preview(runner: Runner, plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What :func:`deploy` would do, by service; an image that is not here yet has no ``image_id``. Changes nothing."""
    steps = look(runner, plan, require=False)
    touched = {change.container for change in changes(runner, plan["definition"], steps)}
    seen = {}
    for step in steps:
        right = step.defined == (step.reference if step.spec.kind == VARIABLE else step.image and step.image.id)
        container = step.before.name if step.before else None
        recreated = not _runs(step) or container is None or container in touched
        seen[step.spec.name] = {**step.data(recreated), "defined": not right, "seconds": None}
    return seen


def deploy(run: Operating, runner: Runner, plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Bring every service of the plan to its image. Returns before and after by service.

    Nothing is changed before all images were proved and the dry run of all projects was good.
    """
    steps = look(runner, plan)
    changes(runner, plan["definition"], steps)
    return {step.spec.name: _step(run, runner, step, plan["definition"]["stack"]) for step in steps}


def _step(run: Operating, runner: Runner, step: Step, stack: str) -> dict[str, Any]:
    image = step.image or images.require(runner, step.reference)
    old = images.inspect(runner, step.before.image_id) if step.before else None
    for kept in (old, image):
        if kept is not None:
            tag = images.protective_tag(runner, kept, stack, step.spec.name)
            run.operate("image.protect", {"image_id": kept.id, "tag": tag})
    arguments = {"service": step.spec.name, "reference": step.reference, "image_id": image.id}
    set_result = run.operate("definition.set", arguments)
    up_result = run.operate("service.up", arguments)
    return {
        **step.data(recreated=not up_result.get("already")),
        "defined": not set_result.get("already"),
        "seconds": up_result.get("seconds"),
    }
