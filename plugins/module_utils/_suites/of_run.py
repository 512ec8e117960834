# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The suites of a run: which, where, with what around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .._runs.context import HostContext
from .._runs.passing import pass_of
from .._stack.one_off import remove_leftovers
from .npm import SECONDS, Execute, Record, SuiteResult, in_container, on_host, run_suites
from .package import suite_directory, suite_service


def suites_of_run(
    context: HostContext, record: Record, variables: Mapping[str, str], suites: Sequence[str] = ()
) -> list[SuiteResult]:
    """Run ``suites``, or all of the plan, where the stack wants them. Raises Failed ``suite.*`` at the first that fails."""
    tests = context.plan["definition"].get("tests") or {}
    seconds = float(tests.get("timeout_seconds") or SECONDS)
    return run_suites(
        suites or context.plan["suites"], _place(context, tests, variables), context.clock, record, seconds
    )


def _place(context: HostContext, tests: Mapping[str, Any], variables: Mapping[str, str]) -> Execute:
    definition = context.plan["definition"]
    if tests.get("runner") == "container":
        remove_leftovers(context.runner, definition, context.run_id)
        return in_container(context, suite_service(definition))
    around = {**addresses(definition), **with_pass(pass_of(context.run_folder)), **variables}
    return on_host(context.runner, suite_directory(definition), around)


def with_pass(token: str | None) -> dict[str, str]:
    """``EDGE_PASS``, which scripts send as a header to an edge that is closed to users; nothing while it is open."""
    return {"EDGE_PASS": token} if token else {}


def addresses(definition: Mapping[str, Any]) -> dict[str, str]:
    """Where scripts on the host find the stack: ``API_URL`` from the probe of their service, ``EDGE_URL``."""
    found = {}
    probe = suite_service(definition).probe
    if probe:
        parts = urlsplit(probe)
        found["API_URL"] = f"{parts.scheme}://{parts.netloc}"
    edge = (definition.get("edge") or {}).get("url")
    if edge:
        found["EDGE_URL"] = edge
    return found
