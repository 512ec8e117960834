# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups that are killed at ten points of their work: no set that is wrong, and nothing in the next one's way."""

from __future__ import annotations

import sys
from pathlib import Path

import backups
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import manifest, proof

sys.path.insert(0, str(Path(__file__).parents[1] / "chaos"))
from backup_kill import back_up
from chaos_site import Site

KILLS = 10


def test_a_killed_backup_is_whole_or_absent(replica_set: Server, tmp_path: Path) -> None:
    with Site(replica_set, "killed_backups", tmp_path) as site:
        points = back_up(site).points
        assert points > 10 * KILLS
        killed = [back_up(site, at=1 + number * (points - 1) // KILLS).killed for number in range(KILLS)]
        assert killed == [True] * KILLS
        back_up(site)
        assert site.leftovers() == []
        assert len(site.sets()) >= 2
        for folder in site.sets():
            proof.prove(folder, manifest.read(folder), "structure", None, backups.CLOCK, Silent())
        assert site.wrong(site.sets()[-1]) == ""
