# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new migration file: numbered, named, and written so that what is to be filled in explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from .._core.errors import BadInput

NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
LONGEST = 60
MOST = 999
"""Migrations of one day."""
TEMPLATE = '''"""What changes, and why: the first line is what the team reads in a review."""

from __future__ import annotations

from typing import Any

VERSION = "@version@"
DESCRIPTION = "@description@"
DEPENDENCIES = ()  # versions that must be applied before this one
REVERSIBLE = True  # False: there is no down, going back takes the backup

# The rest says what holds anyway; delete what you do not change.
PHASE = "before_deploy"  # or after_deploy (beside the new code), after_verified (what removes: the contracting half)
# COMPATIBLE: the release that is served now works on the new schema. As REVERSIBLE says, unless you say True or False here
TRANSACTION = False  # True: all of it in one transaction, for small work (60 s, no index, no drop, no rename)
DEADLINE_SECONDS = 3600
ALLOWS: dict[str, str] = {}  # what the lint would refuse, with the reason: {"drop_collection": "made again every night"}


def up(db: Any, step: Any) -> None:
    """From the old schema to the new. It may be cut off anywhere and is then run again: use what can be repeated.

    The helpers of ``step`` can be repeated, go on where they were cut off, work at constant memory, and ``step.reverse()``
    takes them back. docs/migrations.md lists them all. Examples:

        badges = step.ensure_collection("badges")
        step.ensure_index(badges, "userId")
        step.copy(db["users"], badges, lambda user: {"_id": user["_id"], "userId": user["_id"], "names": []})
        step.fill(db["users"], "language", "fr")
    """
    raise NotImplementedError("write up, then delete this line")


def down(db: Any, step: Any) -> None:
    """Back to the old schema: what ``up`` made, and nothing else."""
    step.reverse()


def verify(db: Any) -> None:
    """What must be true afterwards; raise when it is not. Delete it when there is nothing to say."""
'''


def new_file(name: str, existing: Iterable[str], today: date) -> tuple[str, str]:
    """File name and content of a new migration called ``name`` beside the ``existing`` file names.

    Raises BadInput ``migrations.new_name`` for a bad name and ``migrations.new_exists`` for one that is taken, in whatever
    version.
    """
    if NAME.fullmatch(name) is None or len(name) > LONGEST:
        raise BadInput("migrations.new_name", name=name, longest=LONGEST)
    known = sorted(existing)
    taken = [file for file in known if re.fullmatch(rf"\d{{8}}_\d{{3}}_{name}\.py", file)]
    if taken:
        raise BadInput("migrations.new_exists", name=name, file=taken[0])
    day = f"{today:%Y%m%d}"
    numbers = [int(file[9:12]) for file in known if re.match(rf"{day}_\d{{3}}_", file)]
    number = max(numbers, default=0) + 1
    if number > MOST:
        raise BadInput("migrations.new_exists", name=name, file=known[-1])
    version = f"{day}_{number:03}"
    described = name.replace("_", " ").capitalize()
    return f"{version}_{name}.py", TEMPLATE.replace("@version@", version).replace("@description@", described)
