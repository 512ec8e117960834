# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that tests move, a world without commands or HTTP, operations in memory, and runs made of them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import Host, hold_run, open_run

ALL_STAGES = ["preflight", "announce", "backup", "migrate", "deploy", "verify", "test", "watch", "conclude"]


class FakeClock:
    """Wall, monotonic and boot time go on together, only when told to or slept on."""

    def __init__(self):
        self.seconds = 0.0
        self.slept = []

    def now(self):
        return datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc) + timedelta(seconds=self.seconds)

    def monotonic(self):
        return 1000.0 + self.seconds

    def boottime(self):
        return 5000.0 + self.seconds

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds


class NoTransport:
    """Nobody answers."""

    def request(self, method, url, **options):
        raise TransportFailed("http.no_answer", url=url, found="refused")


class NoRunner:
    """Remembers what it was made with; runs nothing."""

    def __init__(self, descriptors=()):
        self.descriptors = descriptors

    def run(self, argv, **options):
        raise AssertionError(f"no command was expected: {argv}")


class World:
    """What the operations below change, and in which order they were called."""

    def __init__(self):
        self.state = {}
        self.calls = []
        self.failing = set()


DATA = ("migration.up", "restore.load", "collection.swap", "view.replace")
"""Operations on the database, by their real names."""


class Setting:
    """An operation that sets a key of the world."""

    def __init__(self, world, name="definition.set", undo_phase=0):
        self.world, self.name, self.undo_phase = world, name, undo_phase

    def _call(self, verb, arguments):
        self.world.calls.append((verb, self.name, arguments["key"]))
        if (verb, arguments["key"]) in self.world.failing:
            raise Failed("command.failed", command=f"{verb} {arguments['key']}", status=1, output="no")

    def probe(self, arguments, context):
        return self.world.state.get(arguments["key"]) == arguments["value"]

    def prepare(self, arguments, context):
        return {"old": self.world.state.get(arguments["key"])}

    def do(self, arguments, undo, context):
        self._call("do", arguments)
        self.world.state[arguments["key"]] = arguments["value"]
        return {"set": arguments["value"]}

    def undo(self, arguments, undo, context):
        self._call("undo", arguments)
        self.world.state[arguments["key"]] = undo["old"]
        return {}


def a_plan(**changes):
    plan = {
        "schema": 1,
        "flow": "feature_update",
        "update_type": "feature",
        "severity": None,
        "vulnerability_id": None,
        "from_version": "1.0.0",
        "to_version": "1.1.0",
        "reason": None,
        "requested_by": "marie@poste",
        "unchanged": False,
        "images": {"api": "benevoclic/api:1.1.0"},
        "services": ["api"],
        "migrations": [],
        "stages": ["deploy", "verify", "conclude"],
        "switches": {"backup": True, "backup_reason": None, "rollback": True, "rollback_reason": None},
        "definition": {"stack": "benevoclic-demo", "environment": "dev", "services": {}},
    }
    return {**plan, **changes}


class Site:
    """A stack's state folder with its clock, world and operations."""

    def __init__(self, tmp_path):
        self.state_dir = tmp_path / "state"
        self.state_dir.mkdir()
        self.paths = StackPaths.of(str(self.state_dir), "demo")
        self.clock = FakeClock()
        self.host = Host(self.clock, NoTransport(), NoRunner)
        self.world = World()
        self.registry = {
            "definition.set": Setting(self.world),
            **{name: Setting(self.world, name) for name in DATA},
            "service.up": Setting(self.world, "service.up", undo_phase=1),
        }

    def opened(self, plan=None, **options):
        return open_run(self.paths, plan or a_plan(), {}, self.host, **options)

    def open(self, plan=None, **options):
        """The id of a run that was opened and left."""
        with self.opened(plan, **options) as run:
            return run.context.run_id

    @contextmanager
    def held(self, run_id, **options):
        with hold_run(self.paths, run_id, self.host, registry=self.registry, **options) as run:
            yield run

    def finish(self, outcome="succeeded", plan=None):
        """A whole run, closed; the clock goes on by a minute. Returns its id."""
        with self.opened(plan) as run:
            run.close(outcome)
        self.clock.seconds += 60
        return run.context.run_id
