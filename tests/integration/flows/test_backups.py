# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""backup.yml and status.yml as people use them: what is kept, what would go, what goes."""

from __future__ import annotations

from pathlib import Path

from flow_site import Site

NOTHING = {f"benevoclic_backup_keep_{name}": 0 for name in ("daily", "weekly", "monthly", "verified_releases")}


def sets(site: Site) -> dict[str, Path]:
    return {path.name: path for path in (site.demo.folder / "backups").iterdir()}


def test_the_older_one_goes_as_the_dry_run_said_and_the_newest_never(site: Site) -> None:
    first = site.run("backup")
    assert first.status == 0, first.output
    assert "restaurée à l'essai" in first.output
    before = sets(site)
    newest = max(before)
    check = site.run("backup", NOTHING, "--check")
    assert check.status == 0, check.output
    assert f"la sauvegarde {newest} partirait (" in check.output
    assert sets(site) == before
    done = site.run("backup", NOTHING)
    assert done.status == 0, done.output
    assert f"sauvegarde {newest} retirée (" in done.output
    (left,) = sets(site)
    assert left not in before
    status = site.run("status", {"benevoclic_locale": "en"})
    assert status.status == 0, status.output
    (row,) = [line.split() for line in status.output.splitlines() if left in line]
    assert row[0] == left
    assert row[-1] == site.look().api, "what it protects"
    assert "restored" in row
    assert "backups: 1, good: 1" in status.output
    site.assert_at_rest()


def test_a_damaged_one_is_shown_and_stays(site: Site) -> None:
    (left,) = sets(site)
    archive = sets(site)[left] / "database.archive.gz"
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-1])
    try:
        status = site.run("status")
        assert status.status == 0, status.output
        assert f"abîmées, à regarder : {left}" in status.output
        assert "aucune bonne sauvegarde" in status.output
        done = site.run("backup", NOTHING)
        assert f"abîmées ou interrompues, laissées en place (1) : {left}" in done.output
        assert len(sets(site)) == 2
    finally:
        archive.write_bytes(whole)
    site.assert_at_rest()


def test_a_keep_that_is_no_count_is_refused(site: Site) -> None:
    before = sets(site)
    for value in (-1, "many"):
        done = site.run("backup", {"benevoclic_backup_keep_daily": value})
        assert done.status != 0
        assert "benevoclic_backup_keep_daily" in done.output
        assert "Traceback" not in done.output
    assert sets(site) == before
