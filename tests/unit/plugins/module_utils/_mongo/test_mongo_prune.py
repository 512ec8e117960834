# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention in real folders, beside real runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from backup_folders import STACK, make_set
from fakes import Site, a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import manifest, prune, sets, workspace

NONE = {"daily": 0, "weekly": 0, "monthly": 0, "verified_releases": 0}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def definition(folder: Path, **keep: int) -> dict[str, Any]:
    return {"stack": STACK, "environment": "dev", "backup_dir": str(folder), "backup": {"keep": {**NONE, **keep}}}


def ids(told: dict[str, Any] | None, key: str) -> dict[str, str]:
    assert told is not None
    return {one["id"]: one.get("reason") or one["state"] for one in told[key]}


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_foreseen_is_what_goes_and_nothing_else(site: Site, folder: Path) -> None:
    made = [make_set(folder, f"2026-11-{day:02}T10:00:00") for day in (1, 2, 3, 4)]
    foreseen = prune.foresee(definition(folder, daily=2), site.paths, site.clock)
    assert there(folder) == set(made)
    done = prune.prune(definition(folder, daily=2), site.paths, site.clock)
    assert done == foreseen
    assert ids(done, "removed") == {made[1]: "past", made[0]: "past"}
    assert ids(done, "kept") == {made[3]: "last", made[2]: "daily"}
    assert done is not None
    assert done["bytes"] == sum(one["bytes"] for one in done["removed"]) > 0
    assert there(folder) == set(made[2:])
    again = prune.prune(definition(folder, daily=2), site.paths, site.clock)
    assert ids(again, "removed") == {}


def test_a_coming_set_is_counted_and_not_told(site: Site, folder: Path) -> None:
    made = [make_set(folder, f"2026-11-{day:02}T10:00:00") for day in (1, 2)]
    shutil.copytree(folder, folder.with_name("copy"))
    coming = make_set(folder.with_name("copy"), "2026-11-03T10:00:00")
    candidate = sets.find(folder.with_name("copy"), STACK, coming).candidate()
    foreseen = prune.foresee(definition(folder, daily=2), site.paths, site.clock, [candidate])
    assert ids(foreseen, "removed") == {made[0]: "past"}
    assert ids(foreseen, "kept") == {made[1]: "daily"}


def test_damaged_partial_and_foreign_ones_are_left_alone(site: Site, folder: Path) -> None:
    good = make_set(folder, "2026-11-01T10:00:00")
    broken = make_set(folder, "2026-11-05T10:00:00")
    (folder / broken / "database.archive.gz").write_bytes(b"")
    other = make_set(folder, "2026-11-02T10:00:00", stack="other")
    (folder / "20261103T100000Z-manual.partial").mkdir()
    done = prune.prune(definition(folder), site.paths, site.clock)
    assert ids(done, "kept") == {good: "last"}
    assert ids(done, "left_alone") == {broken: "damaged", "20261103T100000Z-manual.partial": "partial"}
    assert there(folder) == {good, broken, other, "20261103T100000Z-manual.partial"}


def test_a_set_of_a_run_that_is_not_over_or_latched_stays(site: Site, folder: Path) -> None:
    known = site.finish()
    made = make_set(folder, "2026-11-01T10:00:00", kind="pre_update", run_id=known)
    named = make_set(folder, "2026-11-02T10:00:00")
    newest = make_set(folder, "2026-11-03T10:00:00")
    run_id = site.open(a_plan(flow="rollback", restores=named, goes_back_to=known))
    keeps = definition(folder)
    assert ids(prune.prune(keeps, site.paths, site.clock), "kept") == {newest: "last", named: "needed", made: "needed"}
    with site.held(run_id) as run:
        run.close("rollback_failed")
    assert ids(prune.prune(keeps, site.paths, site.clock), "kept") == {newest: "last", named: "needed", made: "needed"}
    site.finish("succeeded", a_plan(flow="rollback"))
    assert ids(prune.prune(keeps, site.paths, site.clock), "removed") == {named: "past", made: "past"}


def test_sets_of_verified_releases_stay_by_the_ledger(site: Site, folder: Path) -> None:
    versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]
    made = []
    for number, (old, new) in enumerate(zip(versions, versions[1:], strict=False), start=1):
        run_id = site.finish(plan=a_plan(from_version=old, to_version=new))
        made.append(
            make_set(folder, f"2026-11-0{number}T10:00:00", kind="pre_update", run_id=run_id, release=new, served=old)
        )
    newest = make_set(folder, "2026-11-09T10:00:00", served="1.3.0")
    done = prune.prune(definition(folder, verified_releases=2), site.paths, site.clock)
    assert ids(done, "kept") == {newest: "release", made[2]: "way_back", made[1]: "way_back"}
    assert ids(done, "removed") == {made[0]: "past"}


def test_without_its_ledger_no_set_of_a_run_goes(site: Site, folder: Path) -> None:
    made = make_set(folder, "2026-11-01T10:00:00", kind="pre_update", run_id="20261101T095900Z-feature-1.1.0")
    make_set(folder, "2026-11-02T10:00:00")
    done = prune.prune(definition(folder), site.paths, site.clock)
    assert ids(done, "removed") == {}
    assert ids(done, "kept")[made] == "unknown_run"


def test_a_broken_ledger_decides_nothing(site: Site, folder: Path) -> None:
    site.finish()
    site.paths.ledger.write_text(site.paths.ledger.read_text().replace("succeeded", "aborted"))
    made = {make_set(folder, f"2026-11-0{day}T10:00:00") for day in (1, 2)}
    with pytest.raises(Failed) as caught:
        prune.prune(definition(folder), site.paths, site.clock)
    assert caught.value.text_id == "journal.broken"
    assert there(folder) == made


def test_a_set_that_is_read_stays_until_then(site: Site, folder: Path) -> None:
    old, new = (make_set(folder, f"2026-11-0{day}T10:00:00") for day in (1, 2))
    with workspace.reading(folder / old):
        assert ids(prune.prune(definition(folder), site.paths, site.clock), "kept") == {new: "last", old: "in_use"}
        assert there(folder) == {old, new}
    assert ids(prune.prune(definition(folder), site.paths, site.clock), "removed") == {old: "past"}
    assert there(folder) == {new}


def test_a_removal_that_is_cut_off_leaves_no_set(site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (make_set(folder, f"2026-11-0{day}T10:00:00") for day in (1, 2))

    def dies(path: Path, **_options: object) -> None:
        (path / manifest.NAME).unlink()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "rmtree", dies)
    done = prune.prune(definition(folder), site.paths, site.clock)
    assert ids(done, "kept") == {new: "last", old: "stuck"}
    assert there(folder) == {new, f"{old}.expired"}
    monkeypatch.undo()
    make_set(folder, "2026-11-03T10:00:00")
    assert f"{old}.expired" not in there(folder)


def test_without_keeps_or_folder_nothing_happens(site: Site, folder: Path) -> None:
    assert prune.prune(definition(folder), site.paths, site.clock) is None
    made = {make_set(folder, f"2026-11-0{day}T10:00:00") for day in (1, 2)}
    assert prune.prune({**definition(folder), "backup": {}}, site.paths, site.clock) is None
    assert there(folder) == made
