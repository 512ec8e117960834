# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller dies at work: status tells it, the next update refuses, rollback.yml takes it back."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from flow_site import FIRST, Site, finish, wait_for


def descendants(pid: int) -> list[int]:
    """All processes that ``pid`` began and that are still there, Docker's clients left out."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        waiting += (begun := children.get(waiting.pop(), []))
        found += begun
    return [number for number in found if _program(number) != "docker"]


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def kill(process: subprocess.Popen[str], *, modules_too: bool) -> None:
    """``kill -9`` of the controller and its process group, on the host's side too when ``modules_too``."""
    victims = descendants(process.pid) if modules_too else []
    os.killpg(process.pid, signal.SIGKILL)
    for victim in victims:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
    finish(process)


def test_an_update_that_died_while_it_deployed(site: Site) -> None:
    before, known = site.look(), len(site.run_ids())
    process = site.start("feature_update", {"version": "1.1.0", "benevoclic_watch_seconds": 2})
    wait_for(lambda: len(site.run_ids()) > known, process, "the run is opened")
    run_id = site.run_ids()[-1]
    wait_for(lambda: "service.up" in site.begun(run_id), process, "the API is being replaced")
    kill(process, modules_too=True)
    status = site.run("status")
    assert status.status == 0, status.output
    for said in (run_id, "étape « deploy »", "rollback.yml"):
        assert said in status.output, status.output
    refused = site.update("1.1.0")
    assert refused.status not in (0, None), refused.output
    for said in (run_id, "inachevée", "rollback.yml"):
        assert said in refused.output, refused.output
    assert site.run_ids()[known:] == [run_id]
    taken = site.run("rollback")
    assert run_id in taken.output
    assert site.served() == (FIRST, FIRST), taken.output
    assert taken.status == 0, taken.output
    assert site.report(run_id)["outcome"] == "rolled_back"
    after = site.look()
    assert (after.database, after.definition) == (before.database, before.definition)
    name = site.demo.container("mongo")
    assert after.containers[name] == before.containers[name]
    site.assert_compose_has_nothing_to_do()
    clear(site)
    site.assert_at_rest()


def clear(site: Site) -> None:
    """What the killed processes had no chance to remove: Ansible's own temporary folders."""
    for path in sorted(site.scratch.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def test_a_return_that_died_is_finished_by_the_next(site: Site) -> None:
    """Only the controller dies: the module on the host ends what it had begun."""
    site.bring_to("1.1.0")
    before, known = site.look(), len(site.run_ids())
    process = site.start("rollback", {"version": FIRST})
    wait_for(lambda: len(site.run_ids()) > known, process, "the run is opened")
    run_id = site.run_ids()[-1]
    wait_for(lambda: bool(site.begun(run_id)), process, "the return has begun")
    kill(process, modules_too=False)
    status = site.run("status")
    assert run_id in status.output
    assert "rollback.yml" in status.output
    done = site.run("rollback")
    assert done.status == 0, done.output
    assert site.served() == (FIRST, FIRST)
    assert site.report(run_id)["outcome"] == "succeeded"
    name = site.demo.container("mongo")
    assert site.containers()[name] == before.containers[name]
    clear(site)
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_the_next_update_works_again(site: Site) -> None:
    site.bring_to(FIRST)
    done = site.update("1.1.0")
    assert done.status == 0, done.output
    assert site.served() == ("1.1.0", "1.1.0")
    site.assert_at_rest()
