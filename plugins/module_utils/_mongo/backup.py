# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups as they are asked for: for a run, or by hand for a stack. Locked, read, proven, then published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput, Refused
from .._core.files import read_json
from .._core.http import Transport
from .._core.progress import FileProgress, Progress
from .._core.runner import Runner
from .._policy.policy import backup_proof
from .._runs.context import HostContext
from .._runs.layout import StackPaths
from .._stack import containers
from .._stack.release import capture
from .._stack.services import config_paths, read_services
from . import backup_set, database_lock, engines, kept_aside, proof, rehearsal, retention
from .dump import Source

Evidence = dict[str, Any]
REHEARSED = "rehearsal"


@dataclass(frozen=True)
class Hands:
    """What a backup works with; ``uri`` is a secret."""

    uri: str | None = field(repr=False)
    runner: Runner
    transport: Transport
    clock: Clock
    progress: Progress


def take_backup(context: HostContext, kind: str) -> Evidence:
    """Make the backup set of a run: its database, its config files, its release tuple.

    Files and tuple are those that the run found; before a rollback or a restore, those that are there now.
    """
    plan = context.plan
    definition = plan["definition"]
    retention.read_keep(definition)  # what is wrong is refused before anything changed, not after the update
    paths = StackPaths(context.run_folder.parent.parent)
    hands = Hands(
        context.secrets.get("mongodb_admin_uri"),
        context.runner,
        context.transport,
        context.clock,
        FileProgress(paths.progress, context.clock),
    )
    purpose = backup_set.Purpose(
        kind,
        definition["stack"],
        definition["environment"],
        context.run_id,
        plan["to_version"],
        plan.get("requested_by"),
        plan.get("reason"),
    )
    if kind.startswith("before_"):
        config, tuple_ = present(definition), _now(definition, hands)
    else:
        config, tuple_ = _captured(context), read_json(context.run_folder / "before.json")
    return _take(purpose, definition, hands, config, tuple_, migrates=bool(plan.get("migrations")))


def whole(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition that can be backed up outside any run. Raises BadInput ``mongo.…`` or ``retention.keep``."""
    for key in ("stack", "environment"):
        if not definition.get(key):
            raise BadInput("mongo.definition_missing", key=key)
    target(definition)
    retention.read_keep(definition)
    kept_aside.read_days(definition)
    return dict(definition)


def take_by_hand(
    definition: Mapping[str, Any], kind: str, hands: Hands, requested_by: str | None, reason: str | None
) -> Evidence:
    """Make a backup set of a stack outside any run; ``definition`` is :func:`whole`."""
    purpose = backup_set.Purpose(
        kind, definition["stack"], definition["environment"], requested_by=requested_by, reason=reason
    )
    return _take(purpose, definition, hands, present(definition), _now(definition, hands), migrates=False)


def foresee_by_hand(definition: Mapping[str, Any], kind: str, hands: Hands) -> retention.Candidate:
    """The set that :func:`take_by_hand` would make now, as retention would see it; the database is not contacted."""
    now = hands.clock.now()
    level = _level(definition, kind, definition["environment"], migrates=False)
    version = _now(definition, hands).get("version")
    return retention.Candidate(backup_set.name_of(now, kind, None), now, level, kind, None, version)


def target(definition: Mapping[str, Any]) -> tuple[str, Path]:
    """Database and backup folder of a stack. Raises BadInput ``mongo.definition_missing``."""
    database = (definition.get("mongodb") or {}).get("database")
    if not database:
        raise BadInput("mongo.definition_missing", key="mongodb.database")
    if not definition.get("backup_dir"):
        raise BadInput("mongo.definition_missing", key="backup_dir")
    return str(database), Path(definition["backup_dir"])


def server_container(definition: Mapping[str, Any], runner: Runner) -> str | None:
    """Id of the container that runs MongoDB; None where the stack definition names none or it does not run.

    Raises BadInput ``stack.unknown_service`` for a name that is no service of the stack.
    """
    name = (definition.get("mongodb") or {}).get("service")
    if not name:
        return None
    services = read_services(definition)
    if name not in services:
        raise BadInput("stack.unknown_service", name=name, known=", ".join(services))
    found = containers.serving(runner, {name: services[name]}).get(name)
    return found.id if found is not None and found.running else None


def present(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The config files of a stack as they are now; a failed update may have taken one away."""
    return [{"path": path} for path in config_paths(definition) if Path(path).is_file()]


def _captured(context: HostContext) -> list[dict[str, Any]]:
    entries = read_json(context.run_folder / "before.json")["files"]
    return [
        {**entry, "copy": str(context.run_folder / entry["copy"])} if entry.get("copy") else {"path": entry["path"]}
        for entry in entries
    ]


def _now(definition: Mapping[str, Any], hands: Hands) -> Mapping[str, Any]:
    return capture(definition, None, hands.runner, hands.transport, hands.clock)


def _level(definition: Mapping[str, Any], kind: str, environment: str, *, migrates: bool) -> str:
    return backup_proof(kind, (definition.get("backup") or {}).get("proof"), environment, migrates=migrates)


def _take(
    purpose: backup_set.Purpose,
    definition: Mapping[str, Any],
    hands: Hands,
    config: list[dict[str, Any]],
    tuple_: Mapping[str, Any],
    *,
    migrates: bool,
) -> Evidence:
    database, folder = target(definition)
    if not hands.uri:
        raise Refused("mongo.secret_missing")
    level = _level(definition, purpose.kind, purpose.environment, migrates=migrates)
    container = server_container(definition, hands.runner)
    source = Source(
        uri=hands.uri,
        database=database,
        runner=hands.runner,
        clock=hands.clock,
        progress=hands.progress,
        container=container,
        engine=(definition.get("backup") or {}).get("engine") or "auto",
    )
    try:
        with database_lock.hold(hands.uri, database, "backup", hands.clock, run_id=purpose.run_id) as lease:
            manifest = backup_set.take(
                purpose,
                lambda root: engines.write(source, root),
                database,
                folder,
                config,
                hands.clock,
                tuple_=tuple_,
                prove=lambda partial, made: _prove(partial, made, level, source, lease),
            )
    finally:
        hands.progress.end()
    return _evidence(manifest, folder / manifest["id"])


def _prove(
    partial: Path, made: Mapping[str, Any], level: str, source: Source, lease: database_lock.Lease
) -> Mapping[str, Any]:
    place = None
    if level == REHEARSED:
        place = rehearsal.choose_place(source.runner, source.clock, source.container, source.uri, source.database)
    evidence = proof.prove(partial, made, level, place, source.clock, source.progress)
    # What was read while somebody else restored or migrated is not what it says.
    lease.check()
    return evidence


def _evidence(manifest: Mapping[str, Any], path: Path) -> Evidence:
    """What journal, report and result say of a backup. ``verified``: it was restored and compared."""
    keys = ("id", "kind", "database", "bytes", "sha256", "seconds", "consistency", "created_at", "users", "proof")
    return {
        **{key: manifest[key] for key in keys},
        "engine": manifest["engine"]["name"],
        "engine_why": manifest["engine"]["why"],
        "path": str(path),
        "documents": sum(collection["documents"] for collection in manifest["collections"]),
        "collections": len(manifest["collections"]),
        "config_files": len(manifest["config_files"]),
        "fingerprint": (manifest["fingerprint"] or {}).get("digest"),
        "verified": manifest["proof"]["level"] == REHEARSED,
    }
