# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running containers of a stack, as proofs and the watch need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.runner import Runner
from .._stack import containers
from .._stack.services import read_services
from .version import Container
from .watch_result import ContainerState

_ALIVE = ("running", "restarting")


def containers_of(runner: Runner, definition: Mapping[str, Any]) -> Callable[[Sequence[str]], dict[str, Container]]:
    """A function from names of services to the containers that run for them."""

    def look(names: Sequence[str]) -> dict[str, Container]:
        return {
            name: Container(item.id, item.image_id, item.labels)
            for name, item in _serving(runner, definition, names).items()
            if item.running
        }

    return look


def states_of(
    runner: Runner, definition: Mapping[str, Any], names: Sequence[str]
) -> Callable[[], dict[str, ContainerState]]:
    """A function that looks at the containers of ``names``."""

    def look() -> dict[str, ContainerState]:
        return {
            name: ContainerState(item.id, item.restart_count, item.status in _ALIVE, item.status)
            for name, item in _serving(runner, definition, names).items()
        }

    return look


def new_containers(states: Mapping[str, ContainerState], before: Mapping[str, Any]) -> dict[str, ContainerState]:
    """Baseline of a watch: containers that ``before`` (a release tuple) did not have count from 0 restarts."""
    known = {entry.get("container_id") for entry in before.get("services", {}).values()}
    return {
        name: ContainerState(state.container_id, 0, True, "running") if state.container_id not in known else state
        for name, state in states.items()
    }


def _serving(runner: Runner, definition: Mapping[str, Any], names: Sequence[str]) -> dict[str, containers.Container]:
    table = read_services(definition)
    return containers.serving(runner, {name: table[name] for name in names})
