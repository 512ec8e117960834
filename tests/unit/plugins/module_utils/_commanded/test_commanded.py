# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations by the application's scripts: what the stack says, what a target asks, how a script is run to its end."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._commanded.moves import Move, choose
from ansible_collections.benevoclic.updates.plugins.module_utils._commanded.scripts import Scripts
from ansible_collections.benevoclic.updates.plugins.module_utils._commanded.settings import read_settings
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import (
    BadInput,
    EngineError,
    Failed,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Wish
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.fence import with_fence
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.migration import check_swap
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.released import named

RUN = "20261122T071500Z-feature-1.1.0"
A, B, C = "20240101_001", "20240201_001", "20240301_001"
URI = "mongodb://updates:s3cret-word@db:27017/"


def definition(**block):
    return {
        "stack": "demo",
        "service_defaults": {"project": "demo", "directory": "/srv/app", "files": ["compose.yml"]},
        "services": {"api": {"image_variable": "API_IMAGE"}, "mongo": {"updatable": False}},
        "migrations": {"engine": "command", **block},
    }


def settings(**block):
    return read_settings(definition(**block))


def record(version, **facts):
    return {"_id": version, "origin": "command", **facts}


def test_files_are_the_engine_unless_the_stack_says_otherwise():
    assert read_settings({"services": {}}) is None
    assert read_settings(definition(engine="files")) is None
    found = settings()
    assert (found.service.name, found.runner, found.directory, found.seconds) == (
        "api",
        "container",
        "/srv/app",
        3600.0,
    )
    assert (found.reversible, found.compatible, found.baseline) == (True, True, None)


def test_what_has_no_way_back_is_not_compatible_unless_the_stack_says_so():
    assert settings(reversible=False).compatible is False
    assert settings(reversible=False, compatible=True).compatible is True


@pytest.mark.parametrize(
    ("block", "text_id", "place"),
    [
        ({"engine": "script"}, "stack.wrong_type", "migrations.engine"),
        ({"runner": "controller"}, "stack.wrong_type", "migrations.runner"),
        ({"timeout_seconds": 0}, "stack.wrong_type", "migrations.timeout_seconds"),
        ({"timeout_seconds": True}, "stack.wrong_type", "migrations.timeout_seconds"),
        ({"directory": "app"}, "stack.wrong_type", "migrations.directory"),
        ({"reversible": "yes"}, "stack.wrong_type", "migrations.reversible"),
        ({"baseline": "-x"}, "stack.wrong_type", "migrations.baseline"),
        ({"down": True}, "stack.unknown_key", "migrations.down"),
        ({"service": "worker"}, "suite.no_service", None),
    ],
)
def test_a_wrong_setting_names_its_place(block, text_id, place):
    with pytest.raises(BadInput) as caught:
        settings(**block)
    assert (caught.value.text_id, caught.value.details.get("path")) == (text_id, place)


@pytest.mark.parametrize("version", ["--force", "none", "", "a b"])
def test_a_version_that_would_be_an_option_is_refused(version):
    with pytest.raises(BadInput) as caught:
        settings().migrations([version])
    assert caught.value.text_id == "migrations.command_version"


@pytest.mark.parametrize(
    ("wish", "records", "move"),
    [
        (Wish(), [], Move(C, "none", up=(A, B, C))),
        (Wish(wanted=[A, B]), [record(A)], Move(B, A, up=(B,))),
        (Wish(wanted=[A]), [record(A)], Move(A, A)),
        (Wish(target=B), [], Move(B, "none", up=(A, B))),
        (Wish(target=B), [record(A), record(B)], Move(B, B)),
        (Wish(target=A), [record(A), record(B), record(C)], Move(A, C, down=(C, B))),
        (Wish(target="none"), [record(A), record(B)], Move("none", B, down=(B, A))),
        (Wish(target="none"), [], Move("none", "none")),
    ],
)
def test_a_target_is_a_state(wish, records, move):
    assert choose(wish, [A, B, C], records, settings(baseline="none")) == move


@pytest.mark.parametrize(
    ("wish", "records", "block", "text_id"),
    [
        (Wish(target="20990101_001"), [], {"baseline": "none"}, "migrations.target"),
        (Wish(target="Latest"), [], {"baseline": "none"}, "migrations.target"),
        (Wish(target=B, ahead={B: "2.0.0"}), [], {"baseline": "none"}, "migrations.ahead"),
        (Wish(), [], {}, "migrations.baseline"),
        (Wish(target="none"), [record(A)], {}, "migrations.baseline"),
        (Wish(target=A), [record(A), record(B)], {"reversible": False}, "migrations.no_way_back"),
        (Wish(target=A), [record(A), record(B, origin=None, file="b.py")], {}, "migrations.no_way_back"),
        (Wish(target=A), [record(A), record(B, origin="baseline")], {}, "migrations.below_baseline"),
    ],
)
def test_what_is_refused_before_anything_is_done(wish, records, block, text_id):
    with pytest.raises(EngineError) as caught:
        choose(wish, [A, B, C], records, settings(**block))
    assert caught.value.text_id == text_id


def test_without_a_way_back_nobody_needs_to_know_where_it_began():
    assert choose(Wish(), [A], [], settings(reversible=False)) == Move(A, None, up=(A,))


def test_before_the_first_is_what_the_stack_says_the_database_had():
    asked = Wish(target="20230101_001")
    move = choose(asked, [A], [record(A)], settings(baseline="20230101_001"))
    assert move == Move("20230101_001", A, down=(A,))


def test_manifests_name_migrations_in_the_order_of_their_releases():
    assert named({"1.10.0": [C], "1.9.0": [A, B], "1.9.1": [B]}) == [A, B, C]


def test_a_swap_is_refused_and_a_fence_raised_as_for_files():
    entries = [
        {"version": A, "file": A, "sha256": "", "phase": "before_deploy", "reversible": False, "compatible": False}
    ]
    with pytest.raises(BadInput) as caught:
        check_swap({"version": "1.1.0"}, entries)
    assert caught.value.details["why"] == "migrations.reversible: false"
    stages = ["backup", "migrate", "deploy", "watch"]
    plan = {"migrations": entries, "unchanged": False, "downtime": True, "switches": {"backup": True}, "stages": stages}
    fenced = with_fence({**plan, "definition": definition()})
    assert fenced["stages"][0] == "fence"
    assert fenced["fence"]["irreversible"] == [A]


class Docker:
    """Answers as the engine does for one container: ``looks`` is what each look at it finds, the last for ever."""

    def __init__(self, *looks, logs="20240101_001 up\n", status=0):
        self.looks, self.logs, self.status = list(looks), logs, status
        self.ran, self.environment = [], {}

    def run(self, argv, *, timeout=60.0, stdin=None, cwd=None, env=None, check=True):
        self.ran.append(list(argv))
        self.environment = dict(env or {})
        out, status = "", 0
        if argv[:3] == ["docker", "container", "inspect"]:
            out = json.dumps([self._container(self.looks.pop(0) if len(self.looks) > 1 else self.looks[0])])
        elif argv[:2] == ["docker", "logs"] or argv[0] == "npm":
            out, status = self.logs, self.status if argv[0] == "npm" else 0
        return Completed(tuple(argv), status, out, "")

    def _container(self, status):
        state = {"Status": status, "ExitCode": self.status, "StartedAt": "2026-11-22T07:15:00Z"}
        return {
            "Id": "1", "Name": "/x", "Image": "sha256:1", "RestartCount": 0, "State": state,
            "Config": {"Image": "sha256:1", "Labels": {}}, "HostConfig": {"Binds": None},
        }  # fmt: skip


def scripts(runner, folder, /, **block):
    context = SimpleNamespace(
        run_id=RUN, run_folder=folder, runner=runner, clock=FakeClock(), definition=definition(**block),
        secrets={"mongodb_admin_uri": URI},
    )  # fmt: skip
    return Scripts(context, settings(**block), "sha256:abc")


def test_a_script_runs_out_of_the_candidate_image_and_its_container_goes(tmp_path):
    docker = Docker("running", "running", "exited")
    said = scripts(docker, tmp_path).run("migrate:up", A, lambda: None)
    assert said == ("20240101_001 up",)
    override = tmp_path / "scripts.compose.json"
    assert json.loads(override.read_text()) == {"services": {"api": {"image": "sha256:abc", "pull_policy": "never"}}}
    begun = docker.ran[0]
    files = [begun[place + 1] for place, word in enumerate(begun) if word == "--file"]
    assert files == ["compose.yml", str(override)]
    assert "--no-deps" in begun
    assert begun[-7:] == ["npm", "run", "--silent", "migrate:up", "--", "--target", A]
    assert docker.ran[-1] == ["docker", "rm", "--force", f"demo-{RUN}-migrate-up"]


def test_a_script_that_the_manual_calls_without_a_target_reads_it_in_its_environment(tmp_path):
    docker = Docker("exited")
    scripts(docker, tmp_path).run("migrate:verify", A, lambda: None, told=False)
    assert docker.ran[0][-4:] == ["npm", "run", "--silent", "migrate:verify"]
    assert f"MIGRATION_TARGET={A}" in docker.ran[0]


def test_what_a_failed_script_says_holds_no_secret(tmp_path):
    docker = Docker("exited", logs=f"cannot reach {URI}\nnor mongodb://app:other-word@db/\n", status=3)
    with pytest.raises(Failed) as caught:
        scripts(docker, tmp_path).run("migrate:up", A, lambda: None)
    assert (caught.value.text_id, caught.value.details["status"]) == ("migrations.script_failed", 3)
    assert "cannot reach" in caught.value.details["output"]
    assert "word" not in caught.value.details["output"]


def test_a_script_that_hangs_is_ended_at_its_deadline(tmp_path):
    docker = Docker("running")
    with pytest.raises(Failed) as caught:
        scripts(docker, tmp_path, timeout_seconds=5).run("migrate:up", A, lambda: None)
    assert caught.value.text_id == "migrations.script_timeout"
    assert docker.ran[-1] == ["docker", "rm", "--force", f"demo-{RUN}-migrate-up"]


def test_a_script_does_not_go_on_without_the_lock_of_the_database(tmp_path):
    def lost():
        raise Failed("database_lock.lost", seconds=30)

    docker = Docker("running")
    with pytest.raises(Failed) as caught:
        scripts(docker, tmp_path).run("migrate:up", A, lost)
    assert caught.value.text_id == "database_lock.lost"
    assert docker.ran[-1] == ["docker", "rm", "--force", f"demo-{RUN}-migrate-up"]


def test_on_the_host_a_script_runs_in_its_folder(tmp_path):
    docker = Docker(logs="done\n")
    said = scripts(docker, tmp_path, runner="host", directory="/srv/api").run("migrate:down", "none", lambda: None)
    assert said == ("done",)
    assert docker.ran == [["npm", "--prefix", "/srv/api", "run", "--silent", "migrate:down", "--", "--target", "none"]]
    assert docker.environment["MIGRATION_TARGET"] == "none"
