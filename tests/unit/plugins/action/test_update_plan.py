# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.template import Templar

from ansible_collections.benevoclic.updates.plugins.action import update_plan
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError

DEFINITION = {
    "stack": "demo",
    "environment": "dev",
    "service_defaults": {"project": "demo", "directory": "/srv/app", "files": ["compose.yml"], "env_file": ".env"},
    "services": {
        "api": {"image_variable": "API_IMAGE"},
        "web": {"image_variable": "WEB_IMAGE"},
        "mongo": {"updatable": False},
    },
}
OBSERVED = {"version": "1.0.0", "services": {"api": {"reference": "benevoclic/api:1.0.0"}, "web": None}}
LANDINGS = [
    {"version": "1.0.0", "run_id": "R1", "which": "before"},
    {"version": "1.1.0", "run_id": "R1", "which": "after"},
]


def manifest(version, kind="feature", **more):
    images = {"api": f"benevoclic/api:{version}"}
    return yaml.safe_dump({"schema": 1, "version": version, "type": kind, "images": images, **more})


VERSION = "20240815_001"


def migration(version, *lines):
    functions = ("def up(db, step): ...", "def down(db, step): ...")
    return "\n".join((f"VERSION = '{version}'", "DESCRIPTION = 'Préférences'", *lines, *functions))


@pytest.fixture
def releases(tmp_path):
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "1.0.0.yml").write_text(manifest("1.0.0"))
    (folder / "1.1.0.yml").write_text(manifest("1.1.0", migrations=["20240815_001"]))
    (folder / "1.1.1.yml").write_text(manifest("1.1.1", "security"))
    (folder / "1.9.0-crash.yml").write_text(manifest("1.9.0-crash"))
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / f"{VERSION}_add_preferences.py").write_text(migration(VERSION), encoding="utf-8")
    return folder


def options(releases, **changes):
    given = {name: option.get("default") for name, option in update_plan.OPTIONS.items()}
    wanted = {
        "flow": "feature_update",
        "update_type": "feature",
        "releases_dir": str(releases),
        "migrations_dir": str(releases.parent / "migrations"),
        "definition": DEFINITION,
        "observed": OBSERVED,
    }
    return {**given, **wanted, **changes}


def planned(releases, **changes):
    return update_plan.plan_of(options(releases, **changes), "en")


def refused(releases, **changes):
    with pytest.raises(EngineError) as caught:
        planned(releases, **changes)
    return caught.value


def test_the_plan_brings_manifest_and_migrations_for_the_host(releases):
    result = planned(releases, version="1.1.0")
    source = (releases.parent / "migrations" / f"{VERSION}_add_preferences.py").read_text(encoding="utf-8")
    name = f"{VERSION}_add_preferences.py"
    digest = hashlib.sha256(source.encode()).hexdigest()
    said = {"description": "Préférences", "reversible": True, "phase": "before_deploy", "compatible": True}
    assert result["plan"]["migrations"] == [{"version": VERSION, "file": name, "sha256": digest, **said}]
    assert result["files"] == {
        "manifest.yml": (releases / "1.1.0.yml").read_text(),
        f"migrations/{name}": source,
    }
    assert "migrate" in result["plan"]["stages"]
    assert result["plan"]["from_version"] == "1.0.0"
    assert "@" in result["plan"]["requested_by"]


@pytest.mark.parametrize("version", [None, "", "latest"])
def test_latest_is_resolved_before_anything_is_planned(releases, version):
    assert planned(releases, version=version)["plan"]["to_version"] == "1.1.0"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_people_read_what_will_happen(releases, locale):
    off = {"backup_enabled": False, "backup_disabled_reason": "an hour old"}
    lines = update_plan.plan_of(options(releases, version="1.1.0", **off), locale)["lines"]
    shown = "\n".join(line["text"] for line in lines)
    for word in ("1.0.0", "1.1.0", "demo", "api", "20240815_001", "test:database", "an hour old"):
        assert word in shown
    assert [line["mark"] for line in lines].count("warning") == 1
    assert len(lines) <= 8


def test_a_release_that_is_there_is_planned_as_unchanged(releases):
    observed = {"version": "1.0.0", "services": {"api": {"reference": "benevoclic/api:1.0.0"}}}
    result = planned(releases, version="1.0.0", observed=observed, runs={"landings": LANDINGS[:1]})
    assert result["plan"]["unchanged"] is True
    assert len(result["lines"]) == 2


def test_a_security_update_says_its_deadline(releases):
    asked = {"flow": "security_update", "update_type": "security", "severity": "HIGH", "vulnerability_id": "CVE-2026-1"}
    shown = "\n".join(line["text"] for line in planned(releases, version="1.1.1", **asked)["lines"])
    assert "WITHIN_2H" in shown
    assert "CVE-2026-1" in shown


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        ("a: [", "manifest.unreadable"),
        ("published_at: 2026-13-45", "manifest.unreadable"),
        ("{[1]: 2}", "manifest.unreadable"),
        ("\x00", "manifest.unreadable"),
        ("[" * 400, "manifest.unreadable"),
        ("", "manifest.not_mapping"),
        ("--- 1\n--- 2", "manifest.unreadable"),
        ("version: 1.10", "manifest.missing_key"),
        (manifest("1.1.0"), "manifest.other_version"),
    ],
)
def test_a_broken_manifest_is_named_when_chosen_and_in_nobodys_way_otherwise(releases, content, text_id):
    (releases / "1.3.0.yml").write_text(content)
    error = refused(releases, version="1.3.0")
    assert (error.text_id, error.details["path"]) == (text_id, str(releases / "1.3.0.yml"))
    assert "\n" not in str(error.details.get("found", ""))
    assert planned(releases, version="1.1.0")["plan"]["to_version"] == "1.1.0"


def test_files_that_are_no_manifests_are_in_nobodys_way(releases):
    for name in ("2024-notes.yml", "1.1.yml", "1.1.٣.yml"):
        (releases / name).write_text(manifest("9.9.9"))
    assert planned(releases)["plan"]["to_version"] == "1.1.0"
    assert refused(releases, version="1.7.0").details["known"] == "1.0.0, 1.1.0, 1.1.1, 1.9.0-crash"


def test_a_folder_that_is_not_there_is_said(releases):
    error = refused(releases.parent / "nowhere")
    assert (error.text_id, error.details["path"]) == ("manifest.no_folder", str(releases.parent / "nowhere"))


@pytest.mark.parametrize("version", ["20990101_001", "../20240815_001", "/etc/x", "*", "**", "2024081?_001", "[2]"])
def test_a_migration_without_exactly_its_file_is_refused(releases, version):
    (releases / "1.3.0.yml").write_text(manifest("1.3.0", migrations=[version]))
    error = refused(releases, version="1.3.0")
    assert (error.text_id, error.details["version"]) == ("migration_file.missing", version)
    assert refused(releases, version="1.1.0", migrations_dir=None).text_id == "migration_file.missing"


def test_two_files_of_one_migration_and_one_that_is_no_text(releases):
    folder = releases.parent / "migrations"
    (folder / "20240815_001_again.py").write_text("x = 1")
    assert "20240815_001_again.py" in refused(releases, version="1.1.0").details["found"]
    (folder / "20240815_001_again.py").unlink()
    (folder / f"{VERSION}_add_preferences.py").write_bytes(b"\xff\xfe")
    assert refused(releases, version="1.1.0").text_id == "file.unreadable"


def test_another_run_at_work_is_named_before_its_half_done_work_is_judged(releases):
    owner = {"run_id": "R9", "owner": "ana@srv", "host": "srv", "since": "2026-11-23T16:00:00Z", "state": "changing"}
    seen = {"version": "1.9.0-crash", "services": {}}
    error = refused(releases, version="1.1.0", observed=seen, runs={"unfinished": owner})
    assert error.text_id == "lock.run_unfinished"
    assert error.details == owner


def rollback(releases, **changes):
    asked = {"flow": "rollback", "update_type": "rollback", "runs": {"landings": LANDINGS, "latched": None}}
    return planned(releases, **{**asked, **changes})["plan"]


def test_a_rollback_goes_to_the_last_verified_release_before_this_one(releases):
    assert rollback(releases)["target"] == LANDINGS[0]
    assert rollback(releases, version="1.0.0")["to_version"] == "1.0.0"
    assert refused(releases, flow="rollback", update_type="rollback").text_id == "rollback.no_target"


def test_a_latched_stack_goes_back_to_the_last_verified_release_itself(releases):
    assert rollback(releases, runs={"landings": LANDINGS, "latched": "R2"})["target"] == LANDINGS[1]
    assert rollback(releases, runs={"landings": LANDINGS[:1], "latched": "R1"})["target"] == LANDINGS[0]


def test_production_refuses_switches_for_a_rollback_too(releases):
    asked = {"definition": {**DEFINITION, "environment": "production"}, "backup_enabled": False}
    for flow in ({"flow": "rollback", "update_type": "rollback"}, {}):
        error = refused(releases, **asked, **flow, backup_disabled_reason="x", runs={"landings": LANDINGS})
        assert error.text_id == "request.switch_in_production"


def test_a_restore_leaves_the_release_that_serves(releases):
    asked = {"flow": "restore", "update_type": "restore", "restore": {"backup_id": "B1", "collections": "users,events"}}
    plan = planned(releases, **asked, runs={"landings": LANDINGS})["plan"]
    assert plan["from_version"] == plan["to_version"] == "1.0.0"
    assert plan["restore"] == {"backup_id": "B1", "collections": ["users", "events"]}
    assert plan["stages"] == ["backup", "restore", "verify", "conclude"]
    assert plan["switches"]["rollback"] is True
    assert plan["services"]
    nobody_knows = planned(releases, **asked, observed={"version": None})["plan"]
    assert (nobody_knows["from_version"], nobody_knows["to_version"]) == (None, "unknown")


def acted(args, **task_vars):
    """What the real action returns for a task with ``args``."""
    loader = DataLoader()
    task = Task()
    task.args, task.action = args, "benevoclic.updates.update_plan"
    templar = Templar(loader=loader)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action = update_plan.ActionModule(task, connection, PlayContext(), loader, templar, None)
    return action.run(task_vars=task_vars)


def arguments(releases, **changes):
    return {name: value for name, value in options(releases, **changes).items() if value is not None}


def test_the_action_returns_the_plan_and_changes_nothing(releases):
    result = acted(arguments(releases, version="1.1.0", backup_enabled="yes"))
    assert (result["changed"], result.get("failed", False), result["stage"]) == (False, False, "plan")
    assert result["plan"]["switches"]["backup"] is True


@pytest.mark.parametrize(
    ("locale", "word"), [("fr", "attendu"), ("en", "expected"), ("de", "attendu"), (["x"], "attendu")]
)
def test_the_action_refuses_in_one_line_of_the_readers_language(releases, locale, word):
    result = acted(arguments(releases, version="1.1.0", locale=locale), _raw_params="deploy today")
    assert (result["failed"], result["changed"], result["error_id"]) == (True, False, "request.leftovers")
    assert word in result["msg"]
    assert "deploy today" in result["msg"]


def test_a_defect_of_ours_is_one_line_too(releases):
    definition = {key: value for key, value in DEFINITION.items() if key != "environment"}
    result = acted(arguments(releases, version="1.1.0", definition=definition))
    assert (result["failed"], result["error_id"]) == (True, "module.unexpected")
    assert "KeyError" in result["msg"]


def test_an_option_of_the_wrong_kind_is_ansibles_own_refusal(releases):
    with pytest.raises(AnsibleError, match="typo"):
        acted({**arguments(releases), "typo": 1})


def test_a_migration_file_that_is_no_migration_is_refused_while_planning(releases):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text("def up(db, step: ...")
    assert refused(releases, version="1.1.0").text_id == "migrations.syntax"
    path.write_text(f"VERSION = '{VERSION}'\nDESCRIPTION = 'x'\ndef up(db, step): ...")
    assert refused(releases, version="1.1.0").details["field"] == "down"


def test_expand_and_contract_have_their_stages(releases):
    phases = {"20250101_001": "after_deploy", "20250102_001": "after_verified"}
    for version, phase in phases.items():
        path = releases.parent / "migrations" / f"{version}_x.py"
        more = ["REVERSIBLE = False"] if phase == "after_verified" else []
        path.write_text(migration(version, f"PHASE = '{phase}'", *more), encoding="utf-8")
    (releases / "1.2.0.yml").write_text(manifest("1.2.0", migrations=[VERSION, *phases]))
    stages = planned(releases, version="1.2.0")["plan"]["stages"]
    assert [stage for stage in stages if stage not in ("preflight", "announce", "backup", "conclude")] == [
        "migrate",
        "deploy",
        "migrate_after_deploy",
        "verify",
        "test",
        "watch",
        "migrate_after_verified",
    ]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["REVERSIBLE = False"], "REVERSIBLE = False"),
        (["COMPATIBLE = False"], "COMPATIBLE = False"),
        (["COMPATIBLE = False", "PHASE = 'after_deploy'"], "COMPATIBLE = False"),
    ],
)
def test_a_swap_without_downtime_is_refused_with_what_the_old_code_cannot_live_with(releases, more, why):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text(migration(VERSION, *more), encoding="utf-8")
    error = refused(releases, version="1.1.0")
    assert (error.text_id, error.details["file"], error.details["why"]) == ("plan.needs_downtime", path.name, why)
    (releases / "1.1.0.yml").write_text(manifest("1.1.0", migrations=[VERSION], downtime=True))
    result = planned(releases, version="1.1.0")
    assert result["plan"]["downtime"] is True
    assert any("downtime" in line["text"] for line in result["lines"])


def test_what_the_file_says_the_old_code_can_live_with_is_planned(releases):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text(migration(VERSION, "REVERSIBLE = False", "COMPATIBLE = True"), encoding="utf-8")
    assert planned(releases, version="1.1.0")["plan"]["migrations"][0]["reversible"] is False


def entry(releases):
    return planned(releases, version="1.1.0")["plan"]["migrations"][0]


def alone(releases, up=(), down=(), **more):
    outlook = {"apply": list(up), "undo": list(down)}
    asked = {"flow": "database_migration", "update_type": "migration", "target": "latest", "outlook": outlook}
    return planned(releases, **asked, **more)


def test_a_migration_alone_touches_no_service(releases):
    result = alone(releases, up=[entry(releases)])
    plan = result["plan"]
    assert plan["stages"] == ["preflight", "announce", "backup", "migrate", "verify", "test", "conclude"]
    assert (plan["from_version"], plan["to_version"], plan["services"], plan["images"]) == ("1.0.0", "1.0.0", [], {})
    assert (plan["backup_kind"], plan["backup_proof"], plan["suites"]) == (
        "pre_migration",
        "rehearsal",
        ["test:database"],
    )
    assert list(result["files"]) == [f"migrations/{VERSION}_add_preferences.py"]
    back = alone(releases, down=[entry(releases)])
    assert (back["plan"]["migrations"], len(back["plan"]["undo"]), len(back["files"])) == ([], 1, 1)


def test_a_rehearsal_changes_nothing_and_is_planned_so(releases):
    plan = alone(releases, up=[entry(releases)], rehearsal=True)["plan"]
    assert (plan["stages"], plan["dry_run"]) == (["preflight", "backup", "migrate", "conclude"], True)


def test_a_database_that_is_at_its_target_is_only_looked_at(releases):
    plan = alone(releases)["plan"]
    assert (plan["unchanged"], plan["stages"], plan["suites"]) == (True, ["verify", "conclude"], [])


def test_nobody_knows_what_is_served(releases):
    with pytest.raises(EngineError) as caught:
        alone(releases, observed={"version": None, "services": {}})
    assert caught.value.text_id == "plan.nothing_served"


STUCK = "20260110_001"


def with_downtime(releases, *lines, **more):
    """A release that declares downtime, with a migration that ``lines`` describe."""
    path = releases.parent / "migrations" / f"{STUCK}_x.py"
    path.write_text(migration(STUCK, *lines), encoding="utf-8")
    (releases / "1.3.0.yml").write_text(manifest("1.3.0", migrations=[STUCK], downtime=True))
    return planned(releases, version="1.3.0", **more)


def fenced_definition(**edge):
    where = {"service": "web", "url": "https://site.example", **edge}
    services = {"web": {**next(iter(DEFINITION["services"].values())), "image_variable": "WEB_IMAGE"}}
    return {**DEFINITION, "edge": where, "services": {**DEFINITION["services"], **services}}


def test_downtime_is_from_before_the_backup_until_after_the_tests_and_says_why(releases):
    definition = fenced_definition(maintenance={"directory": "/srv/nginx/maintenance"})
    result = with_downtime(releases, "REVERSIBLE = False", definition=definition)
    plan = result["plan"]
    assert [name for name in plan["stages"] if name in ("fence", "backup", "migrate", "test", "reopen", "watch")] == [
        "fence",
        "backup",
        "migrate",
        "test",
        "reopen",
        "watch",
    ]
    assert plan["fence"]["edge"] is True
    assert "web" not in plan["fence"]["services"]
    assert plan["fence"]["irreversible"] == [f"{STUCK}_x.py"]
    told = [line["text"] for line in result["lines"] if line["mark"] == "warning"]
    assert any("downtime" in text and "maintenance page" in text for text in told)
    assert any(f"{STUCK}_x.py" in text for text in told)


def test_without_a_maintenance_page_the_deployment_ends_the_downtime(releases):
    plan = with_downtime(releases)["plan"]
    assert "reopen" not in plan["stages"]
    assert plan["stages"].index("fence") < plan["stages"].index("backup")
    assert (plan["fence"]["edge"], plan["fence"]["irreversible"]) == (False, [])


def test_a_release_without_downtime_has_no_fence(releases):
    plan = planned(releases, version="1.1.0")["plan"]
    assert plan["fence"] is None
    assert "fence" not in plan["stages"]


def test_an_irreversible_migration_without_a_backup_is_refused(releases):
    off = {"backup_enabled": False, "backup_disabled_reason": "no room"}
    with pytest.raises(EngineError) as caught:
        with_downtime(releases, "REVERSIBLE = False", **off)
    assert caught.value.text_id == "plan.fence_without_backup"


def test_the_consent_is_in_the_plan(releases):
    plan = planned(releases, version="1.1.0", rollback_database="restore")["plan"]
    assert plan["consents"] == {"rollback_database": "restore"}
    assert planned(releases, version="1.1.0")["plan"]["consents"] == {"rollback_database": None}
