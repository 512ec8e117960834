# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: the topics' entries in one table each."""

from __future__ import annotations

from . import (
    archive,
    audience,
    backups,
    checks,
    commanded,
    core,
    database_lock,
    delivery,
    dump,
    fence,
    load,
    messages,
    migration_steps,
    migrations,
    mongo,
    notify,
    policy,
    preview,
    probes,
    proof,
    restore,
    runs,
    stack,
    timeline,
    wording,
)

_TOPICS = (
    archive,
    audience,
    backups,
    checks,
    commanded,
    core,
    database_lock,
    delivery,
    dump,
    fence,
    load,
    messages,
    migration_steps,
    migrations,
    mongo,
    notify,
    policy,
    preview,
    probes,
    proof,
    restore,
    runs,
    stack,
    timeline,
    wording,
)

ERRORS: dict[str, tuple[str, str, str, str]] = {}
TEXTS: dict[str, str] = {}
for _topic in _TOPICS:
    ERRORS.update(_topic.ERRORS)
    TEXTS.update(_topic.TEXTS)
