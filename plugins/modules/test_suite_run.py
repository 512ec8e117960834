#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: test_suite_run
short_description: Runs the application's own test suites
version_added: 0.1.0
description:
  - Runs npm scripts in order up to the first that fails, each with a deadline.
  - In a run it runs the suites of the plan where the stack wants them, in a one-off container of the deployed image or on the
    host, and journals each result. Alone, it runs O(suites) in O(directory), for example on the controller.
  - The scripts find the stack by the variables E(API_URL) and E(EDGE_URL) on the host, and by the service's own environment in
    the container. While the run keeps users out at the edge, those on the host get its pass as E(EDGE_PASS), to be sent as the
    header C(X-Benevoclic-Pass).
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Lists the suites that it would run.
  diff_mode:
    support: N/A
    details: What suites change is their own business.
  idempotent:
    support: none
    details: The suites run each time.
options:
  suites:
    description: npm scripts to run. In a run these instead of all that the plan names.
    type: list
    elements: str
    default: []
  directory:
    description: Folder of the C(package.json), when there is no run.
    type: path
  timeout_seconds:
    description: Time that one suite may take, when there is no run.
    type: float
    default: 600
  environment_variables:
    description: Variables for scripts on the host; a container has those of its service.
    type: dict
    default: {}
  edge_pass:
    description: Pass through an edge that is closed to users, for E(EDGE_PASS), when there is no run.
    type: str
"""

EXAMPLES = r"""
- name: Run the suites of the plan
  benevoclic.updates.test_suite_run:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"

- name: Run a suite on the controller
  benevoclic.updates.test_suite_run:
    suites: ["test:regression"]
    directory: /srv/benevoclic/api
    environment_variables: {API_URL: "https://staging.example.org"}
  delegate_to: localhost
"""

RETURN = r"""
suites:
  description: The result of each suite.
  returned: success
  type: list
  elements: dict
  sample: [{suite: "test:regression", outcome: passed, seconds: 4.2, status: 0, last_lines: ["# pass 12"]}]
"""

from typing import Any

from ..module_utils._core.errors import BadInput
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._suites.npm import SuiteResult, on_host, run_suites
from ..module_utils._suites.of_run import suites_of_run, with_pass


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Run the suites of the run, or those given."""
    variables = {key: str(value) for key, value in params["environment_variables"].items()}
    if tools.check_mode:
        names = params["suites"] or (tools.read_run(params).plan["suites"] if params["run_id"] else [])
        shown = ", ".join(names) or "-"
        return {"stage": "test", "suites": [], "lines": [tools.line("info", "suite.would_run", suites=shown)]}
    if params["run_id"]:
        with tools.hold_run(params) as run, run.stage("test"):
            results = suites_of_run(run.context, run.record, variables, params["suites"])
    else:
        if params["suites"] and not params["directory"]:
            raise BadInput("suite.no_directory")
        execute = on_host(tools.runner, params["directory"], {**with_pass(params["edge_pass"]), **variables})
        results = run_suites(params["suites"], execute, tools.clock, lambda kind, data: None, params["timeout_seconds"])
    return {
        "stage": "test",
        "changed": bool(results),
        "suites": [result.data() for result in results],
        "lines": lines(tools, results),
    }


def lines(tools: Tools, results: list[SuiteResult]) -> list[dict[str, str]]:
    """A line for each suite."""
    if not results:
        return [tools.line("info", "suite.none")]
    return [tools.line("ok", "suite.passed", suite=result.suite, seconds=f"{result.seconds:.1f}") for result in results]


def main() -> None:
    """Wire the module."""
    options = {
        "suites": {"type": "list", "elements": "str", "default": []},
        "directory": {"type": "path"},
        "timeout_seconds": {"type": "float", "default": 600},
        "environment_variables": {"type": "dict", "default": {}},
        "edge_pass": {"type": "str", "no_log": True},
    }
    run_module(work, options, secrets=("edge_pass",))


if __name__ == "__main__":
    main()
