# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every user gets notification preferences: the manual's own example.

A preference's ``_id`` is made of the user and the category, so running ``up`` again adds nothing.
"""

from __future__ import annotations

from typing import Any

VERSION = "20240815_001"
DESCRIPTION = "Ajout des préférences utilisateur"
DEPENDENCIES = ()
REVERSIBLE = True

CATEGORY = {"$literal": "notifications"}
PREFERENCE = {
    "_id": {"userId": "$_id", "category": CATEGORY},
    "userId": "$_id",
    "category": CATEGORY,
    "settings": {"$literal": {"email": True, "push": True, "sms": False}},
    "createdAt": "$$NOW",
    "updatedAt": "$$NOW",
}
"""A user's preference, made by the server."""


def up(db: Any, step: Any) -> None:
    """Collection, one preference a user, then the indexes: on documents that are there they are built much faster."""
    preferences = step.ensure_collection("preferences")
    step.merge(db["users"], [{"$project": PREFERENCE}], preferences)
    step.ensure_index(preferences, "userId")
    step.ensure_index(preferences, "category")


def down(db: Any, step: Any) -> None:
    """What ``up`` made, and nothing else."""
    step.reverse()


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
