# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A preview of ``latest`` says why a pending migration stays where it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ansible_collections.benevoclic.updates.plugins.module_utils._locale import text
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.outlook import Outlook
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Selection
from ansible_collections.benevoclic.updates.plugins.modules.mongodb_migrate_info import _waiting

CHOSEN, WAITS, TRIED = "20240815_001", "20260110_001", "20240901_001"


NEW = "20261125_001"


def described(version: str) -> files.Migration:
    functions = "def up(db, step): ...\ndef down(db, step): ..."
    source = f"VERSION = '{version}'\nDESCRIPTION = 'x'\n{functions}".encode()
    return files.describe_source(f"{version}_x.py", source)


def line(mark: str, text_id: str, **details: Any) -> dict[str, str]:
    return {"mark": mark, "text": text("en", text_id, **details)}


def test_what_latest_leaves_alone_is_named_with_the_release_that_brings_it() -> None:
    pending = [described(version) for version in (CHOSEN, WAITS, TRIED)]
    found = Outlook(pending=files.summaries(pending), selection=Selection(up=(pending[0],)))
    told = [entry["text"] for entry in _waiting(found, {WAITS: "1.3.0"}, SimpleNamespace(line=line))]
    assert told == [
        f"migration {WAITS} waits for the update to 1.3.0, which runs it",
        f"migration {TRIED} is no part of latest: only a pre-release names it, or it depends on one that waits",
    ]


def test_a_new_migration_that_would_make_a_waiting_one_late_is_warned_of() -> None:
    pending = [described(version) for version in (WAITS, NEW)]
    found = Outlook(pending=files.summaries(pending), selection=Selection(up=(pending[1],)))
    (told,) = _waiting(found, {WAITS: "1.3.0"}, SimpleNamespace(line=line))
    assert told["mark"] == "warning"
    assert all(word in told["text"] for word in (WAITS, NEW, "1.3.0", "benevoclic_migrations_out_of_order"))
