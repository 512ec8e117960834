# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack as it is, for the plan and for people: the release tuple, and whether it would stay if left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.clock import Clock
from .._core.http import Transport
from .._core.runner import Runner
from . import images
from .release import Sight, capture, look
from .services import VARIABLE


def observe(definition: Mapping[str, Any], runner: Runner, transport: Transport, clock: Clock) -> dict[str, Any]:
    """A release tuple without files, each service with its container's state.

    ``reference`` is None where the definition no longer means what runs (``settled`` is false): a plan must not take
    such a service for one that is there. With a moved tag it is the image's own name beside that tag.
    """
    sight = look(definition, runner)
    tuple_now = capture(definition, None, runner, transport, clock, sight)
    services = {name: _service(sight, name, entry) for name, entry in tuple_now["services"].items()}
    return {
        "version": tuple_now["version"],
        "healthy": tuple_now["healthy"],
        "captured_at": tuple_now["captured_at"],
        "services": services,
    }


def _service(sight: Sight, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    spec, now = sight.services[name], sight.serving.get(name)
    if now is None:
        return {**entry, "status": "absent", "health": None, "settled": False, "references": []}
    image = sight.images.get(now.image_id)
    names = [tag for tag in (image.tags if image else ()) if not tag.startswith(f"{images.PROTECTED}/")]
    value = entry["definition"]["value"] or ""
    if spec.kind == VARIABLE:
        settled = value == now.reference or "$" in value
        reference = now.reference
    else:
        settled = value == now.image_id
        reference = next((tag for tag in names if tag != spec.target), spec.target)
    state = {"status": now.status, "health": now.health, "settled": settled, "references": names}
    return {**entry, **state, "reference": reference if settled else None}
