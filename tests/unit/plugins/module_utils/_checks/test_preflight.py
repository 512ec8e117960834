# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
from functools import partial

import pytest
from check_fakes import ABSENT, GIB, NO_ENGINE, Answers, Clock, Commands, Database, Machine, image

from ansible_collections.benevoclic.updates.plugins.module_utils._checks import preflight as preflight_module
from ansible_collections.benevoclic.updates.plugins.module_utils._checks.machine import FileSystem, Memory
from ansible_collections.benevoclic.updates.plugins.module_utils._checks.migrations import check_migrations
from ansible_collections.benevoclic.updates.plugins.module_utils._checks.outcome import lines, require
from ansible_collections.benevoclic.updates.plugins.module_utils._checks.preflight import Preflight
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._core.files import sha256_bytes
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext

API, WEB = "127.0.0.1:5055/benevoclic/api:1.1.0", "127.0.0.1:5055/benevoclic/web:1.1.0"
GOOD_WEB = {"http://127.0.0.1:3000/health": 200, "http://127.0.0.1:8080/health": 200}
MIGRATION = b"""
VERSION = "20240815_001"
DESCRIPTION = "adds things"


def up(db, step):
    pass


def down(db, step):
    pass
"""
SCRIPTS = json.dumps({"scripts": {"test:regression": "x", "build": "y"}})


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "compose.yml").write_text("services: {}\n")
    (tmp_path / ".env").write_text("API_IMAGE=old\nWEB_IMAGE=old\n")
    services = {
        "api": {"image_variable": "API_IMAGE", "probe": "http://127.0.0.1:3000/health"},
        "web": {"image_variable": "WEB_IMAGE"},
        "mongo": {"updatable": False},
    }
    definition = {
        "stack": "demo",
        "service_defaults": {"project": "demo", "directory": str(tmp_path), "files": ["compose.yml"]},
        "services": services,
        "edge": {"url": "http://127.0.0.1:8080", "probe": "/health"},
        "mongodb": {"database": "benevoclic"},
        "backup_dir": "/backups",
        "tests": {"runner": "container", "service": "api"},
    }
    return {
        "definition": definition,
        "services": ["api", "web"],
        "images": {"api": API, "web": WEB},
        "migrations": [],
        "suites": ["test:regression"],
        "policy": {"application_must_answer": True},
        "switches": {"backup": True},
    }


@pytest.fixture(autouse=True)
def _deployment(monkeypatch):
    """The deployment's own look has its own tests."""
    changes = [type("Change", (), {"service": name}) for name in ("api", "web")]
    monkeypatch.setattr(preflight_module.stack.deploy, "look", lambda runner, plan, require: [])
    monkeypatch.setattr(preflight_module.stack.deploy, "changes", lambda runner, definition, steps: changes)


def commands(*before):
    return Commands(
        *before,
        (["docker", "info"], "20.10.24\n/var/lib/docker\nx86_64\n"),
        (["docker", "compose", "version"], "2.26.1-4\n"),
        (["docker", "pull"], "pulled\n"),
        (["docker", "image", "inspect"], image()),
        (["config", "--quiet"], ""),
        (["docker", "run", "package.json"], SCRIPTS),
        (["docker", "rm"], ""),
    )


def look(plan, runner=None, web=None, machine=None, database=..., check_mode=False, migrations=None):
    preflight = Preflight(
        plan=plan,
        state_dir="/state",
        runner=runner or commands(),
        clock=Clock(),
        transport=Answers(GOOD_WEB if web is None else web),
        machine=machine or Machine(),
        database=Database() if database is ... else database,
        migrations=migrations,
        run_id="20261122T071500Z-feature-1.1.0",
        check_mode=check_mode,
    )
    return preflight.run()


def failures(results, locale="fr"):
    return [(result.name, result.say(locale)) for result in results if result.outcome == "failed"]


def test_all_is_well(plan):
    results, arrived = look(plan)
    assert [result.name for result in results] == [
        "disk",
        "memory",
        "engine",
        "application",
        "images",
        "files",
        "recreate",
        "scripts",
        "database",
    ]
    assert {result.outcome for result in results} == {"ok"}
    assert arrived == []
    require(results, "fr")
    shown = lines(results, "fr")
    assert len(shown) == 8
    assert {line["mark"] for line in shown} == {"ok"}
    assert "scripts npm" in shown[-1]["text"]
    assert "droits prouvés" in shown[-1]["text"]


def test_every_failure_is_said_at_once(plan):
    machine = Machine({"/backups": FileSystem(2, 90 * GIB, 10 * GIB)}, Memory(100, 5))
    runner = commands((["docker", "run", "package.json"], '{"scripts": {"build": "y"}}'))
    results, _ = look(plan, runner, {}, machine, None)
    with pytest.raises(Refused) as caught:
        require(results, "fr")
    assert caught.value.details["count"] == 5
    said = str(caught.value.details["failures"])
    for part in ("90 %", "95 %", "ne répond pas", "test:regression", "benevoclic_mongodb_admin_uri"):
        assert part in said


@pytest.mark.parametrize(("what", "failing"), [("services", True), ("migrations", False), ("undo", False)])
def test_the_manual_s_disk_limits(plan, what, failing):
    plan[what] = ["20240815_001"] if what != "services" else plan["services"]
    machine = Machine({"/backups": FileSystem(2, 87 * GIB, 13 * GIB)})
    results, _ = look(plan, machine=machine)
    found = failures(results)
    assert bool(found) is failing
    assert not failing or found == [
        ("disk", "disque plein à 87 % pour une limite de 85 % (/backups) : libérez de la place")
    ]


def test_the_space_that_the_backup_needs_counts_even_below_the_limit(plan):
    machine = Machine({"/backups": FileSystem(2, GIB, 2 * GIB)})
    results, _ = look(plan, machine=machine, database=Database(data=2 * GIB))
    assert failures(results)[0][0] == "disk"
    assert "2.0 GiB libres, 2.4 GiB nécessaires" in failures(results)[0][1]


def test_images_to_come_need_room_where_docker_keeps_them_and_are_not_pulled_onto_a_full_disk(plan):
    manifest = json.dumps({"Descriptor": {}, "SchemaV2Manifest": {"layers": [{"size": GIB}, {"size": GIB}]}})
    runner = commands((["docker", "image", "inspect"], ABSENT), (["docker", "manifest"], manifest))
    machine = Machine({"/var/lib/docker": FileSystem(3, GIB, 5 * GIB)})
    results, _ = look(plan, runner, machine=machine)
    assert "12.0 GiB nécessaires" in dict(failures(results))["disk"]
    assert runner.with_words("docker", "pull") == []


def test_inodes_count(plan):
    results, _ = look(plan, machine=Machine({"/state": FileSystem(2, 1, 99, 1000, 10)}))
    assert "inodes utilisés à 99 %" in dict(failures(results))["disk"]


def test_paths_on_one_file_system_are_one_check(plan):
    results, _ = look(plan)
    assert [result.details["all_paths"][:3] for result in results if result.name == "disk"] == [
        ["/state", "/backups", "/var/lib/docker"]
    ]
    assert "disque (/state + 3)" in results[0].say("fr")


def test_an_engine_that_is_down_is_one_failure_and_the_rest_is_still_looked_at(plan):
    results, _ = look(plan, commands((["docker", "info"], NO_ENGINE)))
    assert [name for name, _ in failures(results)] == ["engine"]
    assert "Cannot connect to the daemon" in failures(results)[0][1]
    assert {result.name for result in results} >= {"disk", "memory", "application", "files", "database"}


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("2.16.0\n", "2.16.0 est trop ancien"),
        ((1, "docker: 'compose' is not a docker command"), "pas de Docker Compose v2"),
    ],
)
def test_compose_must_be_there_and_new_enough(plan, given, part):
    results, _ = look(plan, commands((["docker", "compose", "version"], given)))
    assert part in dict(failures(results))["engine"]


def test_a_silent_application_is_refused_or_only_warned_of_as_the_policy_says(plan):
    results, _ = look(plan, web={"http://127.0.0.1:8080/health": 200})
    assert "api: Connection refused" in dict(failures(results))["application"]
    plan["policy"]["application_must_answer"] = False
    results, _ = look(plan, web={"http://127.0.0.1:8080/health": 200})
    assert failures(results) == []
    assert [result.outcome for result in results if result.name == "application"] == ["warning"]
    assert lines(results, "fr")[0]["mark"] == "warning"


def test_a_stack_that_cannot_be_asked_anything_is_refused(plan):
    plan["definition"]["edge"] = {}
    del plan["definition"]["services"]["api"]["probe"]
    results, _ = look(plan)
    assert "benevoclic_edge.url" in dict(failures(results))["application"]


def test_a_failed_pull_names_image_and_cause_and_the_others_are_still_tried(plan):
    def pull(argv):
        return (1, "Error response from daemon: manifest unknown") if API in argv else "ok"

    runner = commands((["docker", "pull"], pull))
    results, _ = look(plan, runner)
    said = dict(failures(results))["images"]
    assert API in said
    assert "manifest unknown" in said
    assert len(runner.with_words("docker", "pull")) == 2


def test_images_that_arrive_are_a_change(plan):
    seen = []

    def inspect(argv):
        seen.append(argv)
        return ABSENT if len(seen) <= 2 else image()

    manifest = json.dumps([{"Descriptor": {"platform": {"architecture": "arm64"}}}])
    runner = commands((["docker", "image", "inspect"], inspect), (["docker", "manifest"], manifest))
    _, arrived = look(plan, runner)
    assert arrived == [API, WEB]


def test_an_image_built_here_is_used_as_it_is(plan):
    runner = commands((["docker", "image", "inspect"], image(digests=())))
    results, _ = look(plan, runner)
    assert failures(results) == []
    assert runner.with_words("docker", "pull") == []


def test_check_mode_resolves_and_pulls_nothing(plan):
    manifest = json.dumps({"SchemaV2Manifest": {"layers": [{"size": 1024}]}})
    runner = commands((["docker", "image", "inspect"], ABSENT), (["docker", "manifest", "--insecure"], manifest))
    results, arrived = look(plan, runner, check_mode=True)
    assert (failures(results), arrived) == ([], [])
    assert runner.with_words("docker", "pull") == []
    assert runner.with_words("docker", "run") == []
    assert [result.outcome for result in results if result.name == "scripts"] == ["warning"]


def test_check_mode_says_which_image_its_registry_does_not_know(plan):
    absent = (1, "no such manifest: x")
    runner = commands((["docker", "image", "inspect"], ABSENT), (["docker", "manifest"], absent))
    results, _ = look(plan, runner, check_mode=True)
    assert [part for name, part in failures(results) if name == "images" and API in part and "no such manifest" in part]


def test_missing_files_and_variables_are_named(plan, tmp_path):
    (tmp_path / ".env").write_text("API_IMAGE=old\n")
    results, _ = look(plan)
    assert failures(results) == [("files", f"la variable WEB_IMAGE n'est pas dans {tmp_path}/.env")]
    (tmp_path / ".env").unlink()
    (tmp_path / "compose.yml").unlink()
    results, _ = look(plan)
    assert sorted(failures(results)) == [
        ("files", f"le fichier {tmp_path}/.env n'existe pas"),
        ("files", f"le fichier {tmp_path}/compose.yml n'existe pas"),
    ]


def test_a_folder_that_the_account_may_not_write_in_is_named_once(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: (str(path), mode) != (str(tmp_path.resolve()), os.W_OK))
    problems = [said for _name, said in failures(look(plan)[0])]
    assert len(problems) == 1
    assert str(tmp_path) in problems[0]
    assert "chown" in problems[0]


def test_compose_files_that_are_not_valid_are_named(plan):
    runner = commands((["config", "--quiet"], (15, "yaml: line 3: mapping values are not allowed")))
    results, _ = look(plan, runner)
    assert "projet demo" in dict(failures(results))["files"]
    assert "yaml: line 3" in dict(failures(results))["files"]


def test_what_the_deployment_refuses_fails_here_already(plan, monkeypatch):
    def changes(runner, definition, steps):
        raise Refused("stack.would_touch_others", project="demo", services="api", others="mongo (recreate)")

    monkeypatch.setattr(preflight_module.stack.deploy, "changes", changes)
    results, _ = look(plan)
    assert [(result.name, result.error.text_id) for result in results if result.outcome == "failed"] == [
        ("recreate", "stack.would_touch_others")
    ]


def test_missing_scripts_are_listed_with_those_that_exist(plan):
    plan["suites"] = ["test:regression", "test:security"]
    results, _ = look(plan)
    said = dict(failures(results))["scripts"]
    assert "test:security" in said
    assert "présents : build, test:regression" in said


def test_scripts_on_the_host_are_read_from_its_folder(plan, tmp_path):
    plan["definition"]["tests"] = {"runner": "host", "directory": str(tmp_path)}
    results, _ = look(plan, commands((["npm", "--version"], "10\n")))
    assert "scripts" in dict(failures(results))
    (tmp_path / "package.json").write_text(SCRIPTS)
    results, _ = look(plan, commands((["npm", "--version"], "10\n")))
    assert failures(results) == []


def test_an_image_without_package_leaves_no_container(plan):
    runner = commands((["docker", "run", "package.json"], (1, "cat: package.json: No such file or directory")))
    results, _ = look(plan, runner)
    assert "No such file" in dict(failures(results))["scripts"]
    assert runner.with_words("docker", "rm", "--force", "demo-20261122T071500Z-feature-1.1.0-package")


@pytest.mark.parametrize("what", ["migrations", "undo"])
def test_privileges_that_are_missing_fail_and_migrations_need_more(plan, what):
    plan[what] = ["20240815_001"]
    database = Database(error=Refused("mongo.privileges_missing", database="benevoclic", missing="dbStats"))
    results, _ = look(plan, database=database)
    assert [(result.name, result.error.text_id) for result in results if result.outcome == "failed"] == [
        ("database", "mongo.privileges_missing")
    ]
    assert database.asked == [True]


def test_a_migration_that_does_not_load_fails_with_the_rest(plan):
    def broken():
        raise BadInput("migrations.import", file="20240815_001_add_things.py", found="ImportError: no such library")

    plan["migrations"] = ["20240815_001"]
    for runner in (commands(), commands((["docker", "info"], NO_ENGINE))):
        told = dict(failures(look(plan, runner, migrations=broken, machine=Machine(memory=Memory(100, 5)))[0]))
        assert {"memory", "migrations"} <= set(told)
        assert "20240815_001_add_things.py" in told["migrations"]


def test_where_the_database_cannot_be_used_migrations_are_not_loaded(plan):
    plan["migrations"] = ["20240815_001"]
    database = Database(error=Refused("mongo.privileges_missing", database="benevoclic", missing="dbStats"))
    results, _ = look(plan, database=database, migrations=lambda: pytest.fail("loaded"))
    assert [name for name, _said in failures(results)] == ["database"]


def test_migrations_without_a_database_are_told_what_the_definition_lacks(plan, tmp_path):
    plan["definition"]["mongodb"] = {}
    plan["migrations"] = [{"file": "20240815_001_add_things.py", "sha256": sha256_bytes(MIGRATION)}]
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "20240815_001_add_things.py").write_bytes(MIGRATION)
    context = HostContext("run-1", tmp_path, plan, None, None, None, {"mongodb_admin_uri": "mongodb://127.0.0.1:1"})
    ((name, said),) = failures(look(plan, migrations=partial(check_migrations, context))[0], "en")
    assert (name, "mongodb.database" in said) == ("migrations", True), said


def test_a_fence_that_cannot_be_raised_fails_with_the_rest(plan, tmp_path):
    (tmp_path / "maintenance").write_text("")
    plan["definition"]["edge"]["maintenance"] = {"directory": str(tmp_path / "maintenance")}
    plan["fence"] = {"services": ["api", "web"], "edge": True, "irreversible": []}
    for runner in (commands(), commands((["docker", "info"], NO_ENGINE))):
        results, _ = look(plan, runner, machine=Machine(memory=Memory(100, 5)))
        assert {"memory", "fence"} <= {name for name, _ in failures(results)}


def test_no_database_work_asks_nothing_of_the_database(plan):
    plan["switches"]["backup"] = False
    results, _ = look(plan, database=None)
    assert "database" not in [result.name for result in results]
