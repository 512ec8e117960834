# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release tuples, config files that go back, images, what services say of themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from stack_fakes import ID, FakeClock, FakeEngine, SilentTransport, container, context, definition, make_site

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.files import sha256_bytes
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._stack import containers, definitions, images, release
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.observe import observe
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.operations import OPERATIONS
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.restore import find_target


def captured(folder: Path, engine: FakeEngine, copies: Path | None = None) -> dict[str, Any]:
    return release.capture(definition(folder), copies, engine, SilentTransport(), FakeClock())


def test_tuple_has_identity_definition_and_private_copies(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    found = captured(tmp_path, engine, tmp_path / "files-before")
    api, web = found["services"]["api"], found["services"]["web"]
    assert (api["image_id"], api["reference"], api["version"]) == (ID["api:1.0.0"], "api:1.0.0", "1.0.0")
    assert web["definition"] == {"kind": "tag", "name": "web:latest", "value": ID["web:1.0.0"]}
    assert (found["version"], found["healthy"], list(found["services"])) == ("1.0.0", True, ["api", "web"])
    assert oct((tmp_path / "files-before").stat().st_mode & 0o777) == "0o700"
    for entry in found["files"]:
        copy = tmp_path / entry["copy"]
        assert copy.read_bytes() == Path(entry["path"]).read_bytes()
        assert oct(copy.stat().st_mode & 0o777) == "0o600"


def test_tuple_of_a_service_without_container_says_so(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    del engine.containers["demo-api-1"]
    found = captured(tmp_path, engine)
    assert (found["services"]["api"]["image_id"], found["healthy"]) == (None, False)


def test_health_and_version_are_asked_of_the_services(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    table = definition(tmp_path)
    table["services"]["api"] |= {"probe": "http://h/health", "version": {"url": "http://h/v", "field": "app.version"}}
    answers = {"http://h/health": Response(200), "http://h/v": Response(200, b'{"app": {"version": "1.0.7"}}')}
    found = release.capture(table, None, engine, SilentTransport(answers), FakeClock())
    assert (found["healthy"], found["services"]["api"]["version"], found["version"]) == (True, "1.0.7", "1.0.7")
    answers = {"http://h/health": Response(503), "http://h/v": Response(200, b"<html>")}
    found = release.capture(table, None, engine, SilentTransport(answers), FakeClock())
    assert (found["healthy"], found["services"]["api"]["version"]) == (False, "1.0.0")


def test_way_back_is_files_then_definitions_then_services(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    folder = tmp_path / "old"
    folder.mkdir()
    target = captured(tmp_path, engine, folder / "files-before")
    engine.put("web", "web:latest", binds=[str(tmp_path / "nginx.conf")])
    (tmp_path / "nginx.conf").write_text("listen 2\n")
    now = captured(tmp_path, engine)
    operations = release.difference(context(tmp_path, engine), now, target, folder)
    assert [(name, arguments.get("service")) for name, arguments in operations] == [
        ("config.restore", None),
        ("definition.set", "web"),
        ("service.up", "api"),
        ("service.up", "web"),
        ("service.restart", "web"),
    ]
    assert operations[0][1]["path"] == str(tmp_path / "nginx.conf")
    (folder / target["files"][2]["copy"]).unlink()
    with pytest.raises(Failed) as caught:
        release.difference(context(tmp_path, engine), now, target, folder)
    assert caught.value.text_id == "config.copy_missing"


def test_config_file_keeps_its_inode_and_comes_back_byte_for_byte(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    path, operation, host = tmp_path / "nginx.conf", OPERATIONS["config.restore"], context(tmp_path, engine)
    copy = tmp_path / "copy"
    copy.write_text("old, and longer than the new one\n")
    path.chmod(0o664)
    inode, before = path.stat().st_ino, path.read_bytes()
    arguments = {"path": str(path), "sha256": sha256_bytes(copy.read_bytes()), "mode": "0o640", "copy": str(copy)}
    undo = operation.prepare(arguments, host)
    assert operation.probe(arguments, host) is False
    operation.do(arguments, undo, host)
    assert (path.read_bytes(), path.stat().st_ino, path.stat().st_mode & 0o777) == (copy.read_bytes(), inode, 0o640)
    assert operation.probe(arguments, host) is True
    operation.undo(arguments, undo, host)
    operation.undo(arguments, undo, host)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (before, 0o664)
    copy.write_text("tampered")
    with pytest.raises(Failed) as caught:
        operation.do(arguments, undo, host)
    assert (caught.value.text_id, path.read_bytes()) == ("config.copy_damaged", before)


def test_env_file_keeps_mode_and_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"A=1\n")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / ".env").symlink_to("real")
    definitions.rewrite(tmp_path / ".env", b"A=2\n")
    assert (tmp_path / ".env").is_symlink()
    assert ((tmp_path / "real").read_bytes(), (tmp_path / "real").stat().st_mode & 0o777) == (b"A=2\n", 0o640)
    assert sorted(os.listdir(tmp_path)) == [".env", "real"]


def test_pulled_image_with_another_digest_is_an_error() -> None:
    engine = FakeEngine()
    with pytest.raises(Failed) as caught:
        images.pull(engine, "api:1.1.0", digest="sha256:feed")
    assert caught.value.text_id == "image.other_digest"
    engine.failures["pull"] = (1, "Error response from daemon: manifest for api:9 not found: manifest unknown\n")
    with pytest.raises(Failed) as caught:
        images.pull(engine, "api:9")
    assert (caught.value.text_id, "manifest unknown" in str(caught.value.details["found"])) == (
        "image.pull_failed",
        True,
    )


def test_last_tag_of_an_image_is_never_taken_away() -> None:
    engine = FakeEngine()
    assert images.untag(engine, "api:1.0.0") is False
    engine.images["kept"] = ID["api:1.0.0"]
    assert images.untag(engine, "kept") is True


def test_protective_tag_never_moves_to_another_image() -> None:
    engine = FakeEngine()
    image = images.require(engine, "api:1.0.0")
    assert images.protective_tag(engine, image, "Demo_X", "api") == "benevoclic-updates/demo-x-api:1.0.0"
    engine.images["benevoclic-updates/demo-api:1.0.0"] = ID["api:1.1.0"]
    assert images.protective_tag(engine, image, "demo", "api") == f"benevoclic-updates/demo-api:{image.short_id}"


def test_image_gone_from_the_engine_is_pulled_and_proved(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    target = captured(tmp_path, engine)
    target["services"]["api"]["image_id"] = "sha256:gone"
    with pytest.raises(Failed) as caught:
        release.bring_images(context(tmp_path, engine), target)
    assert caught.value.text_id == "image.other_id"
    assert engine.named("pull") == [("docker", "pull", "--quiet", "api:1.0.0")]


def test_running_container_counts_before_a_newer_one_that_never_ran() -> None:
    engine = FakeEngine()
    engine.containers = {
        "left": container(
            "api", "api:1.1.0", name="0123456789ab_demo-api-1", Status="created", StartedAt="0001-01-01T00:00:00Z"
        ),
        "old": container("api", "api:1.0.0"),
    }
    now = containers.current(containers.find(engine, ["demo"]), "demo", "api")
    assert now is not None
    assert now.reference == "api:1.0.0"


def test_observation_does_not_call_a_pending_edit_served(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    seen = observe(definition(tmp_path), engine, SilentTransport(), FakeClock())
    assert {name: entry["reference"] for name, entry in seen["services"].items()} == {
        "api": "api:1.0.0",
        "web": "web:1.0.0",
    }
    (tmp_path / ".env").write_text("API_IMAGE=api:1.1.0\n")
    engine.images["web:latest"] = ID["web:1.1.0"]
    seen = observe(definition(tmp_path), engine, SilentTransport(), FakeClock())
    assert {name: entry["reference"] for name, entry in seen["services"].items()} == {"api": None, "web": None}


def test_variable_that_the_env_file_lacks_is_named_before_anything_is_planned(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    (tmp_path / ".env").write_text("X=1\n")
    with pytest.raises(Failed) as caught:
        observe(definition(tmp_path), engine, SilentTransport(), FakeClock())
    assert (caught.value.text_id, caught.value.details["name"]) == ("envfile.missing", "API_IMAGE")


@pytest.mark.parametrize(
    "target", [{}, {"run_id": "../x", "which": "before"}, {"run_id": "20260101T000000Z-f-1", "which": "before"}]
)
def test_tuple_that_is_not_there_is_an_error(tmp_path: Path, target: dict[str, str]) -> None:
    with pytest.raises((BadInput, Failed)) as caught:
        find_target(context(tmp_path, make_site(tmp_path), target=target), None, None)
    assert caught.value.text_id == "release.no_tuple"
