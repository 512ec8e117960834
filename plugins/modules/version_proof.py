#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: version_proof
short_description: Proves which release is served
version_added: 0.1.0
description:
  - Looks at the version in every way that the stack offers, which is JSON from a URL, the identity of the running container's
    image, a label of it, a command in the container. At least one must exist, and all must agree.
  - In a run it proves the release that the run should end with, and journals what it saw.
  - Alone, it proves O(version) for the services of O(definition) that have a version source.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.run
options:
  definition:
    description: The stack definition, when there is no run.
    type: dict
  version:
    description: The release that should be served, when there is no run. V(latest) is refused, since it means another one tomorrow.
    type: str
  services:
    description: The services to look at, when there is no run; by default all that have a version source.
    type: list
    elements: str
  gate:
    description: In a run, wait for good answers first, as M(benevoclic.updates.http_gate) does.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Prove what the run deployed
  benevoclic.updates.version_proof:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"

- name: Prove that 1.1.0 is served
  benevoclic.updates.version_proof:
    definition: "{{ benevoclic_definition }}"
    version: 1.1.0
"""

RETURN = r"""
version:
  description: The release that was proved.
  returned: success
  type: str
  sample: 1.1.0
proofs:
  description: Every way of looking and what it showed.
  returned: success
  type: list
  elements: dict
  sample: [{target: api, kind: url, expected: 1.1.0, found: 1.1.0, ok: true, reason: ""}]
"""

from typing import Any

from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._probes.verify import Alone, expected_of_run, prove_release, verify_release


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Prove the release of the run, or the version given."""
    if params["run_id"]:
        with tools.hold_run(params) as run, run.stage("verify"):
            expected = expected_of_run(run.context.plan, run.folder.parent, run.context.runner)
            prove = verify_release if params["gate"] else prove_release
            found = prove(run.context, expected, None, run.record)
    else:
        context = Alone.of(params["definition"], params["services"], tools.runner, tools.clock, tools.transport)
        names = context.plan["services"]
        expected = {"version": params["version"], "services": {name: {"version": params["version"]} for name in names}}
        found = prove_release(context, expected)
    return {"stage": "verify", **found, "lines": lines(tools, found["proofs"])}


def lines(tools: Tools, proofs: list[dict[str, Any]]) -> list[dict[str, str]]:
    """A line for each target, with what it was proved by."""
    shown = []
    for target in dict.fromkeys(proof["target"] for proof in proofs):
        mine = [proof for proof in proofs if proof["target"] == target]
        found = next((proof["found"] for proof in mine if proof["kind"] != "image"), mine[0]["found"][:19])
        kinds = ", ".join(tools.say(f"proof.kind.{proof['kind']}") for proof in mine)
        shown.append(tools.line("ok", "proof.line", target=target, found=found, kinds=kinds))
    return shown


def main() -> None:
    """Wire the module."""
    options = {
        "definition": {"type": "dict"},
        "version": {"type": "str"},
        "services": {"type": "list", "elements": "str"},
        "gate": {"type": "bool", "default": False},
    }
    run_module(work, options, required_one_of=[("run_id", "definition")], required_by={"definition": ("version",)})


if __name__ == "__main__":
    main()
