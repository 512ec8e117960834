# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every user gets notification preferences: the manual's own example.

A preference's ``_id`` is made of the user and the category, so running ``up`` again adds nothing.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

VERSION = "20240815_001"
DESCRIPTION = "Ajout des préférences utilisateur"
DEPENDENCIES = ()
REVERSIBLE = True

CATEGORY = "notifications"
SETTINGS = {"email": True, "push": True, "sms": False}


def up(db: Any, step: Any) -> None:
    """Collection, indexes, then one preference a user."""
    preferences = step.ensure_collection("preferences")
    preferences.create_index("userId")
    preferences.create_index("category")
    total, done = db["users"].estimated_document_count(), 0
    for users in step.batches(db["users"], fields=()):
        step.insert_ignoring_duplicates(preferences, [preference(user["_id"]) for user in users])
        done += len(users)
        step.progress(done, total)


def down(db: Any, step: Any) -> None:
    """The collection was not there before."""
    db["preferences"].drop()


def verify(db: Any) -> None:
    """No user without a preference."""
    missing = db["users"].aggregate(
        [
            {"$lookup": {"from": "preferences", "localField": "_id", "foreignField": "userId", "as": "own"}},
            {"$match": {"own": {"$size": 0}}},
            {"$count": "users"},
        ]
    )
    for found in missing:
        raise ValueError(f"{found['users']} users without preferences")


def preference(user_id: Any) -> dict[str, Any]:
    now = datetime.now(timezone.utc)
    return {
        "_id": {"userId": user_id, "category": CATEGORY},
        "userId": user_id,
        "category": CATEGORY,
        "settings": dict(SETTINGS),
        "createdAt": now,
        "updatedAt": now,
    }
