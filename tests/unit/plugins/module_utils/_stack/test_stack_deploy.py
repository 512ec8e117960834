# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployment and its operations: what is asked of the engine, in which order, and what is never touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stack_fakes import ID, FakeEngine, container, context, make_site

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext
from ansible_collections.benevoclic.updates.plugins.module_utils._stack import deploy, images
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.operations import OPERATIONS

RECREATE = " DRY-RUN MODE -  Container demo-api-1  Recreate\n DRY-RUN MODE -  Container demo-mongo-1  Running\n"


class FakeRun:
    """What a run does with an operation, without a journal."""

    def __init__(self, context: HostContext) -> None:
        self.context = context
        self.done: list[tuple[str, dict[str, Any], dict[str, Any]]] = []

    def operate(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        operation = OPERATIONS[name]
        if operation.probe(arguments, self.context):
            return {"already": True}
        undo = operation.prepare(arguments, self.context)
        self.done.append((name, arguments, undo))
        return operation.do(arguments, undo, self.context)

    def take_back(self) -> None:
        for name, arguments, undo in sorted(self.done[::-1], key=lambda item: OPERATIONS[item[0]].undo_phase):
            OPERATIONS[name].undo(arguments, undo, self.context)


def run_of(folder: Path, engine: FakeEngine, **plan: Any) -> FakeRun:
    return FakeRun(context(folder, engine, **plan))


def go(run: FakeRun) -> dict[str, dict[str, Any]]:
    return deploy.deploy(run, run.context.runner, run.context.plan)


def swapped(engine: FakeEngine, **state: Any) -> None:
    """What the engine has after ``up``: the new API, the rest as before."""
    new = container("api", "api:1.1.0", StartedAt="2026-11-22T07:15:00Z", **state)
    engine.after_up = [{**engine.containers, "demo-api-1": new}]


def test_service_is_protected_defined_then_brought_up(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    swapped(engine)
    run = run_of(tmp_path, engine)
    result = go(run)
    assert [name for name, *_rest in run.done] == ["image.protect", "image.protect", "definition.set", "service.up"]
    assert (tmp_path / ".env").read_bytes() == b"# keep\nAPI_IMAGE=api:1.1.0 # api\r\nX=1"
    assert engine.images["benevoclic-updates/demo-api:1.0.0"] == ID["api:1.0.0"]
    assert engine.images["benevoclic-updates/demo-api:1.1.0"] == ID["api:1.1.0"]
    assert [argv[-1] for argv in engine.named("up")] == ["api"]
    assert (result["api"]["before"], result["api"]["after"], result["api"]["recreated"]) == (
        "api:1.0.0",
        "api:1.1.0",
        True,
    )


def test_service_that_is_right_already_is_not_brought_up(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.put("api", "api:1.1.0")
    (tmp_path / ".env").write_text("API_IMAGE=api:1.1.0\n")
    result = go(run_of(tmp_path, engine))
    assert (result["api"]["recreated"], result["api"]["defined"]) == (False, False)
    assert engine.named("up") == []


def test_right_image_under_an_old_name_is_brought_up(tmp_path: Path) -> None:
    """The same image by another reference: the next plain up would recreate it, so it is done now."""
    engine = make_site(tmp_path)
    engine.images["api:1.1.0"] = ID["api:1.0.0"]
    engine.dry_run = RECREATE
    run = run_of(tmp_path, engine)
    assert go(run)["api"]["recreated"] is True


@pytest.mark.parametrize(
    ("line", "text"),
    [("Container demo-mongo-1  Recreate", "mongo (recreate)"), ("Container demo-extra-1  Creating", "extra (create)")],
)
def test_nothing_changes_when_another_service_would_be_touched(tmp_path: Path, line: str, text: str) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = f"{RECREATE} DRY-RUN MODE -  {line}\n"
    env, known = (tmp_path / ".env").read_bytes(), dict(engine.images)
    run = run_of(tmp_path, engine)
    with pytest.raises(Refused) as caught:
        go(run)
    assert caught.value.details["others"] == text
    assert (
        "mongo" in _locale.explain(caught.value, "fr")["text"] or "extra" in _locale.explain(caught.value, "en")["text"]
    )
    assert (run.done, engine.named("up"), (tmp_path / ".env").read_bytes(), engine.images) == ([], [], env, known)


def test_stopped_dependency_may_be_started(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = f"{RECREATE} DRY-RUN MODE -  Container demo-mongo-1  Starting\n"
    swapped(engine)
    assert go(run_of(tmp_path, engine))["api"]["recreated"] is True


def test_running_service_with_the_same_variable_is_refused_but_a_job_is_not(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    engine.config["services"]["cron"] = {"image": "${API_IMAGE}"}
    swapped(engine)
    assert go(run_of(tmp_path, engine))["api"]["recreated"] is True
    engine.put("cron", "api:1.0.0")
    with pytest.raises(Refused) as caught:
        go(run_of(tmp_path, engine))
    assert (caught.value.text_id, caught.value.details["others"]) == ("stack.shared_definition", "cron")


def test_variable_that_does_not_make_the_image_is_refused(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.config["services"]["api"] = {"image": "api:1.0.0"}
    with pytest.raises(Refused) as caught:
        go(run_of(tmp_path, engine))
    assert caught.value.text_id == "stack.not_the_definition"


def test_missing_image_is_named(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    with pytest.raises(Failed) as caught:
        go(run_of(tmp_path, engine, images={"api": "api:9.9.9"}))
    assert (caught.value.text_id, caught.value.details["image"]) == ("image.absent", "api:9.9.9")


def test_new_reference_is_shown_to_compose_before_the_file_has_it(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    deploy.changes(
        engine, context(tmp_path, engine).plan["definition"], deploy.look(engine, context(tmp_path, engine).plan)
    )
    dry = next(env for argv, env in zip(engine.calls, engine.envs, strict=True) if "--dry-run" in argv)
    assert dry == {"API_IMAGE": "api:1.1.0"}


def test_tag_is_moved_and_moved_back(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    new = container("web", "web:latest")
    engine.after_up = [{**engine.containers, "demo-web-1": {**new, "Image": ID["web:1.1.0"]}}]
    engine.dry_run = " DRY-RUN MODE -  Container demo-web-1  Running\n"
    old = dict(engine.containers)
    run = run_of(tmp_path, engine, services=["web"])
    assert [
        change.action
        for change in deploy.changes(engine, run.context.plan["definition"], deploy.look(engine, run.context.plan))
    ] == ["recreate"]
    go(run)
    assert engine.images["web:latest"] == ID["web:1.1.0"]
    engine.after_up = [old]
    run.take_back()
    assert engine.images["web:latest"] == ID["web:1.0.0"]
    assert not [tag for tag in engine.images if tag.startswith(images.PROTECTED)]


def test_undo_restores_the_line_and_an_image_name_that_was_taken_away(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    old, env = dict(engine.containers), (tmp_path / ".env").read_bytes()
    swapped(engine)
    run = run_of(tmp_path, engine)
    go(run)
    del engine.images["api:1.0.0"]
    engine.after_up = [old]
    run.take_back()
    assert (tmp_path / ".env").read_bytes() == env
    assert engine.images["api:1.0.0"] == ID["api:1.0.0"]
    run.take_back()
    assert (tmp_path / ".env").read_bytes() == env


def test_undo_that_ends_on_another_image_fails(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    swapped(engine)
    run = run_of(tmp_path, engine)
    go(run)
    with pytest.raises(Failed) as caught:
        run.take_back()
    assert caught.value.text_id == "service.other_image"


def test_undo_removes_a_service_that_had_no_container(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    del engine.containers["demo-api-1"]
    swapped(engine)
    run = run_of(tmp_path, engine)
    go(run)
    run.take_back()
    assert engine.named("--stop")[-1][-4:] == ("rm", "--stop", "--force", "api")


@pytest.mark.parametrize(
    ("state", "text_id", "soon"),
    [
        ({"Status": "exited", "ExitCode": 3}, "service.crashed", True),
        ({"Status": "restarting", "restarts": 3, "ExitCode": 3}, "service.crashed", True),
        ({"Health": {"Status": "unhealthy"}}, "service.not_up", False),
        ({"Health": {"Status": "starting"}}, "service.not_up", False),
    ],
)
def test_container_that_does_not_start_fails_with_its_last_lines(
    tmp_path: Path, state: dict[str, Any], text_id: str, soon: bool
) -> None:
    engine = make_site(tmp_path)
    engine.dry_run, engine.logs = RECREATE, "listening\nfatal: no database\n"
    swapped(engine, **state)
    run = run_of(tmp_path, engine)
    with pytest.raises(Failed) as caught:
        go(run)
    assert caught.value.text_id == text_id
    assert (run.context.clock.monotonic() < 2) is soon
    for locale in ("fr", "en"):
        text = _locale.explain(caught.value, locale)["text"]
        assert "fatal: no database" in text
        assert "{" not in text


def test_slow_container_is_waited_for_and_old_crashes_do_not_count(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    states: list[dict[str, Any]] = [{"Health": {"Status": word}} for word in ("starting", "unhealthy", "healthy")]
    rest = engine.containers
    engine.after_up = [{**rest, "demo-api-1": container("api", "api:1.1.0", **state)} for state in states]
    assert go(run_of(tmp_path, engine))["api"]["recreated"] is True

    engine = make_site(tmp_path)
    engine.put("api", "api:1.1.0", restarts=7)
    engine.dry_run = RECREATE
    assert go(run_of(tmp_path, engine))["api"]["image_id"] == ID["api:1.1.0"]


def test_compose_that_fails_gives_its_own_reason(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    engine.failures["up"] = (
        1,
        " Container demo-api-1  Recreate\nBind for 127.0.0.1:3000 failed: port is already allocated\n",
    )
    with pytest.raises(Failed) as caught:
        go(run_of(tmp_path, engine))
    assert "port is already allocated" in str(caught.value.details["said"])


def test_leftover_of_a_killed_swap_is_cleared_before_the_next(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    left = container("api", "api:1.1.0", name="0123456789ab_demo-api-1", Status="created")
    engine.containers["left"] = left
    swapped(engine)
    del engine.after_up[0]["left"]
    go(run_of(tmp_path, engine))
    assert ("docker", "rm", "--force", left["Id"]) in engine.calls
    assert ("docker", "stop", "demo-api-1-api:1.0.0") in engine.calls


def test_preview_tells_without_changing(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.dry_run = RECREATE
    env, known = (tmp_path / ".env").read_bytes(), dict(engine.images)
    plan = context(tmp_path, engine, services=["api", "web"], images={"api": "api:1.1.0", "web": "web:9.9.9"}).plan
    seen = deploy.preview(engine, plan)
    assert {name: (entry["recreated"], entry["image_id"] is None) for name, entry in seen.items()} == {
        "api": (True, False),
        "web": (True, True),
    }
    assert (engine.named("up"), (tmp_path / ".env").read_bytes(), engine.images) == ([], env, known)


def test_images_are_inspected_in_one_call_and_absent_ones_left_out(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    assert {name: image.id for name, image in images.inspect_all(engine, ["api:1.0.0", "web:1.1.0"]).items()} == {
        "api:1.0.0": ID["api:1.0.0"],
        "web:1.1.0": ID["web:1.1.0"],
    }
    assert len(engine.calls) == 1
    assert list(images.inspect_all(engine, ["gone:1", "web:1.1.0", "gone:2"])) == ["web:1.1.0"]
    assert images.inspect_all(engine, []) == {}
