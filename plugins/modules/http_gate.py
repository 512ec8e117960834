#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: http_gate
short_description: Waits for good answers several times in a row, before a deadline
version_added: 0.1.0
description:
  - Asks every check, round after round, over connections of its own, until all were good O(consecutive) times in a row.
  - Alone, it asks O(url) or O(checks). In a run, with neither, it asks the probes of the services that the run touches,
    and the edge, with the settings of the stack, and journals what it saw.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.run
options:
  url:
    description: One address to ask; any status from 200 to 299 is good.
    type: str
  checks:
    description: Several addresses, or answers that are looked at more closely.
    type: list
    elements: dict
    suboptions:
      name:
        description: What messages call it.
        type: str
        required: true
      url:
        description: The address.
        type: str
        required: true
      statuses:
        description: Statuses that are good; from 200 to 299 when it is not given.
        type: list
        elements: int
      contains:
        description: Text that the body must contain.
        type: str
      field:
        description: Dotted path of a field that the JSON body must have.
        type: str
      value:
        description: What O(checks[].field) must hold, as text.
        type: str
  consecutive:
    description: Rounds in a row that must be good.
    type: int
    default: 3
  interval_seconds:
    description: Time between the beginnings of two rounds.
    type: float
    default: 0.5
  timeout_seconds:
    description: Time that one answer may take.
    type: float
    default: 3
  deadline_seconds:
    description: Time that it may take in all.
    type: float
    default: 120
"""

EXAMPLES = r"""
- name: Wait for the API
  benevoclic.updates.http_gate:
    url: http://127.0.0.1:3000/health
    deadline_seconds: 30

- name: Wait for the API and the edge
  benevoclic.updates.http_gate:
    checks:
      - {name: api, url: "http://127.0.0.1:3000/health", field: status, value: ok}
      - {name: edge, url: "http://127.0.0.1:8080/"}
"""

RETURN = r"""
gate:
  description: How many rounds and seconds it took, and the last observation of each check.
  returned: success
  type: dict
  sample:
    reached: true
    attempts: 3
    seconds: 1.02
    consecutive: 3
    checks: [{name: api, ok: true, found: "HTTP 200", status: 200, seconds: 0.004}]
"""

from typing import Any

from ..module_utils._core.errors import BadInput
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._probes.gate import GateSettings, wait_for_gate
from ..module_utils._probes.question import Check
from ..module_utils._probes.verify import expected_of_run, pass_gate

NUMBERS = {"interval_seconds": 0.5, "timeout_seconds": 3, "deadline_seconds": 120}
CHECK = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "statuses": {"type": "list", "elements": "int"},
    "contains": {"type": "str"},
    "field": {"type": "str"},
    "value": {"type": "str"},
}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Ask what was given, or what the run touches."""
    given = [{"name": params["url"], "url": params["url"]}] if params["url"] else params["checks"]
    if given:
        checks = [Check.parse(entry, f"checks.{number}") for number, entry in enumerate(given)]
        settings = GateSettings.parse({key: params[key] for key in ("consecutive", *NUMBERS)})
        gate: dict[str, Any] | None = wait_for_gate(checks, settings, tools.transport, tools.clock).require().data()
    elif params["run_id"]:
        with tools.hold_run(params) as run, run.stage("verify"):
            expected = expected_of_run(run.context.plan, run.folder.parent, None)
            gate = pass_gate(run.context, expected, run.record)
    else:
        raise BadInput("gate.no_check")
    return {"stage": "verify", "gate": gate, "lines": lines(tools, gate)}


def lines(tools: Tools, gate: dict[str, Any] | None) -> list[dict[str, str]]:
    """One line when something was asked."""
    if gate is None:
        return []
    names = ", ".join(check["name"] for check in gate["checks"])
    return [tools.line("ok", "gate.reached", consecutive=gate["consecutive"], seconds=gate["seconds"], checks=names)]


def main() -> None:
    """Wire the module."""
    options = {key: {"type": "float", "default": value} for key, value in NUMBERS.items()}
    options["consecutive"] = {"type": "int", "default": 3}
    checks = {"type": "list", "elements": "dict", "options": CHECK}
    run_module(work, {"url": {"type": "str"}, "checks": checks, **options}, mutually_exclusive=[("url", "checks")])


if __name__ == "__main__":
    main()
