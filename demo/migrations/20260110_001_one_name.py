# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volunteers have one name, as they write it themselves; first and last name go (release 1.3.0).

Nobody can tell afterwards where "Marie Claire Le Goff" was cut, so there is no way back but the backup; and the code
of before needs the two fields. Hence the release declares downtime.
"""

from __future__ import annotations

from typing import Any

VERSION = "20260110_001"
DESCRIPTION = "Un seul nom par bénévole"
DEPENDENCIES = ("20240815_001",)
REVERSIBLE = False
ALLOWS = {
    "remove_field": "firstName and lastName are in name, which up checks before it removes them",
    "validator": "the new one asks for name, which every user has by then",
    "drop_index": "city_1_name_1 takes its place",
}

OLD_INDEX = "city_1_lastName_1"
TEXT = {"bsonType": "string", "minLength": 1}
VALIDATOR = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["email", "name", "role", "createdAt"],
        "properties": {
            "email": {"bsonType": "string", "pattern": "^[^@\\s]+@[^@\\s]+$"},
            "name": TEXT,
            "role": {"enum": ["volunteer", "manager", "admin"]},
            "createdAt": {"bsonType": "date"},
        },
    }
}


def up(db: Any, step: Any) -> None:
    """The new field, the rule that asks for it, and only then the old fields go."""
    users = db["users"]
    step.fill(users, "name", expression={"$trim": {"input": {"$concat": ["$firstName", " ", "$lastName"]}}})
    step.set_validator(users, VALIDATOR)
    step.ensure_index(users, "name")
    step.ensure_index(users, [("city", 1), ("name", 1)])

    def remove(batch: list[dict[str, Any]], session: Any) -> None:
        wanted = {"_id": {"$in": [user["_id"] for user in batch]}, "name": {"$type": "string"}}
        users.update_many(wanted, {"$unset": {"firstName": "", "lastName": ""}}, session=session)

    step.each(users, remove, {"firstName": {"$exists": True}}, fields=())
    if OLD_INDEX in users.index_information():
        users.drop_index(OLD_INDEX)


def verify(db: Any) -> None:
    """Everybody has a name, nobody has the old fields."""
    wrong = db["users"].count_documents({"$or": [{"name": {"$exists": False}}, {"lastName": {"$exists": True}}]})
    if wrong:
        raise ValueError(f"{wrong} users without a name, or with a last name")
