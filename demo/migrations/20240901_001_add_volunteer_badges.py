# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad on purpose (release 1.9.5-bad-migration): fails when half of the users have their badges. ``down`` works."""

from __future__ import annotations

from typing import Any

VERSION = "20240901_001"
DESCRIPTION = "Ajout des badges de bénévoles"
DEPENDENCIES = ()
REVERSIBLE = True


def up(db: Any, step: Any) -> None:
    users = db["users"]
    step.ensure_index(users, "badges")
    total, done = users.count_documents({}), 0
    for batch in step.batches(users, fields=(), size=max(1, total // 10)):
        if done * 2 >= total:
            raise RuntimeError(f"badge catalogue unreadable after {done} of {total} users")
        identifiers = [user["_id"] for user in batch]
        users.update_many({"_id": {"$in": identifiers}, "badges": {"$exists": False}}, {"$set": {"badges": []}})
        done += len(batch)


def down(db: Any, step: Any) -> None:
    """Only the index and the empty lists that ``up`` has put there."""
    step.reverse()
    db["users"].update_many({"badges": []}, {"$unset": {"badges": ""}})
