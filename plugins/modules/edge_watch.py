#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: edge_watch
short_description: Watches the edge and the containers for a while
version_added: 0.1.0
description:
  - Asks the paths in turn, on a schedule that slow answers do not stretch, each over a connection of its own, and looks at the
    restarts of the containers. It counts requests, failures and the longest time without a good answer.
  - It fails when more requests failed or more restarts were seen than allowed, and ends as soon as that is certain.
  - In a run it watches the edge of the stack and the services that the run touched, with the settings of the stack, and journals
    the counts for the report.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.run
options:
  url:
    description: The edge, when there is no run.
    type: str
  paths:
    description: What is asked in turn, when there is no run.
    type: list
    elements: str
    default: [/]
  seconds:
    description: How long it watches, when there is no run.
    type: float
    default: 30
  interval_seconds:
    description: Time between two requests, when there is no run.
    type: float
    default: 0.5
  timeout_seconds:
    description: Time that one answer may take, when there is no run.
    type: float
    default: 3
  max_failed_percent:
    description: Share of the requests that may fail, when there is no run.
    type: float
    default: 1
"""

EXAMPLES = r"""
- name: Watch the stack after the switch
  benevoclic.updates.edge_watch:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"

- name: Watch a site for one minute
  benevoclic.updates.edge_watch:
    url: http://127.0.0.1:8080
    paths: [/, /api/announcements]
    seconds: 60
"""

RETURN = r"""
watch:
  description: What was counted.
  returned: success
  type: dict
  sample:
    ok: true
    reason: ""
    seconds: 30.0
    sent: 60
    failed: 0
    longest_gap_seconds: 0.0
    slowest_seconds: 0.021
    statuses: {"200": 60}
    restarts: {api: 0}
    stopped: {}
    last_failure: ""
"""

from typing import Any

from ..module_utils._core.files import read_json
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._probes.live import new_containers, states_of
from ..module_utils._probes.verify import watched
from ..module_utils._probes.watch import watch_edge
from ..module_utils._probes.watch_result import WatchResult, WatchSettings
from ..module_utils._runs.session import Run

NUMBERS = {"seconds": 30, "interval_seconds": 0.5, "timeout_seconds": 3, "max_failed_percent": 1}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Watch what was given, or what the run touched."""
    if params["url"]:
        settings = WatchSettings.parse({key: params[key] for key in ("paths", *NUMBERS)})
        result = watch_edge(params["url"], settings, tools.transport, tools.clock).require()
    else:
        with tools.hold_run(params) as run, run.stage("watch"):
            result = watch_run(run)
            run.record("watch", result.data())
            result.require()
    restarts = sum(result.restarts.values())
    text_id = "watch.some_failed" if result.failed else "watch.good"
    gap, seconds = f"{result.longest_gap_seconds:.1f}", f"{result.seconds:.0f}"
    mark = "warning" if result.failed or restarts else "ok"
    line = tools.line(
        mark, text_id, sent=result.sent, failed=result.failed, seconds=seconds, gap=gap, restarts=restarts
    )
    return {"stage": "watch", "watch": result.data(), "lines": [line]}


def watch_run(run: Run) -> WatchResult:
    """The edge and the touched containers; those that the run made count their restarts from the beginning."""
    context, plan = run.context, run.context.plan
    definition = plan["definition"]
    states = states_of(context.runner, definition, plan["services"])
    before = run.folder / "before.json"
    baseline = new_containers(states(), read_json(before)) if before.exists() else None
    url, table = watched(definition, plan["services"])
    settings = WatchSettings.parse(table)
    return watch_edge(url, settings, context.transport, context.clock, states, baseline=baseline)


def main() -> None:
    """Wire the module."""
    options = {key: {"type": "float", "default": value} for key, value in NUMBERS.items()}
    paths = {"type": "list", "elements": "str", "default": ["/"]}
    run_module(work, {"url": {"type": "str"}, "paths": paths, **options}, required_one_of=[("url", "run_id")])


if __name__ == "__main__":
    main()
