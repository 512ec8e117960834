# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeClock, NoRunner

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.passing import PASS_HEADER, Passing
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.fencing import (
    EdgeClose,
    closed_by_a_run,
    closing,
    writers,
)

URL = "http://127.0.0.1:8080/"


class Edge:
    """As the demo's nginx: closed when the file is there, to all but who names a pass that is there."""

    def __init__(self, folder: Path, *, looks: bool = True) -> None:
        self.folder, self.looks = folder, looks

    def request(self, method, url, *, timeout=5.0, headers=None, body=None):
        given = (headers or {}).get(PASS_HEADER, "none")
        closed = (self.folder / "closed").is_file() and not (self.folder / f"pass-{given}").is_file()
        return Response(503 if closed and self.looks else 200)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "maintenance"


def context(tmp_path, edge, run_id="20261122T071500Z-feature-1.3.0"):
    run_folder = tmp_path / run_id
    run_folder.mkdir(exist_ok=True)
    return HostContext(run_id, run_folder, {}, NoRunner(), FakeClock(), Passing(edge, run_folder))


def closed(folder, held):
    arguments = {"directory": str(folder), "url": URL}
    operation = EdgeClose()
    undo = operation.prepare(arguments, held)
    operation.do(arguments, undo, held)
    return operation, arguments, undo


def test_users_are_out_and_the_run_is_let_through_until_it_is_undone(tmp_path, folder):
    edge = Edge(folder)
    held = context(tmp_path, edge)
    operation, arguments, undo = closed(folder, held)
    assert operation.probe(arguments, held)
    assert edge.request("GET", URL).status == 503
    assert held.transport.request("GET", URL).status == 200
    operation.undo(arguments, undo, held)
    assert edge.request("GET", URL).status == 200
    assert list(folder.iterdir()) == []
    assert not operation.probe(arguments, held)
    operation.undo(arguments, undo, held)


def test_an_edge_that_does_not_look_is_no_fence(tmp_path, folder):
    with pytest.raises(Failed) as caught:
        closed(folder, context(tmp_path, Edge(folder, looks=False)))
    assert (caught.value.text_id, caught.value.details["found"]) == ("fence.edge_open", "200")


def test_a_page_that_a_person_put_up_stays_when_the_run_is_over(tmp_path, folder):
    folder.mkdir()
    (folder / "closed").write_text("travaux de Marie")
    held = context(tmp_path, Edge(folder))
    operation, arguments, undo = closed(folder, held)
    assert closed_by_a_run(str(folder))
    operation.undo(arguments, undo, held)
    assert (folder / "closed").read_text() == "travaux de Marie"
    assert not closed_by_a_run(str(folder))


def test_what_a_dead_run_closed_is_taken_over_and_opened(tmp_path, folder):
    edge = Edge(folder)
    closed(folder, context(tmp_path, edge, "20261121T071500Z-feature-1.3.0"))
    held = context(tmp_path, edge)
    operation, arguments, undo = closed(folder, held)
    assert len(list(folder.glob("pass-*"))) == 1
    operation.undo(arguments, undo, held)
    assert edge.request("GET", URL).status == 200


def test_the_folder_is_opened_to_nginx_and_otherwise_left_as_it_is(tmp_path, folder):
    held = context(tmp_path, Edge(folder))
    for before, after in ((0o700, 0o755), (0o775, 0o775)):
        folder.mkdir(exist_ok=True)
        folder.chmod(before)
        operation, arguments, undo = closed(folder, held)
        assert folder.stat().st_mode & 0o777 == after
        operation.undo(arguments, undo, held)


def test_a_folder_that_cannot_be_made_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed, match="fence.directory"):
        closed(tmp_path / "file" / "maintenance", context(tmp_path, Edge(tmp_path)))


def spec(**more):
    return {"project": "p", "directory": "/srv/p", "files": ["compose.yml"], **more}


def test_what_can_write_is_what_is_updated_but_the_edge():
    services = {
        "mongo": spec(updatable=False),
        "api": spec(image_variable="API"),
        "edge": spec(image_variable="EDGE"),
    }
    assert writers({"services": services}) == ["api", "edge"]
    assert writers({"services": services, "edge": {"service": "edge"}}) == ["api"]
    with pytest.raises(BadInput, match="stack.unknown_service"):
        writers({"services": services, "edge": {"service": "nginx"}})


@pytest.mark.parametrize(
    "edge",
    [None, {}, {"url": URL}, {"maintenance": {"directory": "/srv/m"}}, {"url": URL, "maintenance": {"directory": ""}}],
)
def test_an_edge_without_a_folder_for_it_cannot_be_closed(edge):
    assert closing({"edge": edge}) is None
    assert closing({"edge": {"url": URL, "maintenance": {"directory": "/srv/m"}}}) == {
        "directory": "/srv/m",
        "url": URL,
    }
