# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations on a restored copy of the run's backup: up, verified, down, up again. The real database is not touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._core.errors import EngineError, Failed, Refused
from .._core.progress import FileProgress, Progress
from .._mongo import archive_format as form
from .._mongo import backup, database_lock, fingerprint, manifest, workspace
from .._mongo import client as connections
from .._mongo.load import Target, load
from .._mongo.rehearsal import Place, choose_place, expectations
from .._runs.context import HostContext
from .._runs.layout import StackPaths
from . import checkpoints, history, operations, running, state
from .files import Code, Migration
from .ground import Ground, Lease, Limits, read_pace
from .operations import LOCK_WAIT_SECONDS, admin_uri

Result = dict[str, Any]
Content = dict[str, dict[str, Any]]
"""By collection its fingerprint."""
SHAPE = ("documents", "indexes", "options")
"""What is the same each time, whatever is in the documents."""
REMEMBERED = ("seconds", "down_seconds", "done", "round_trip")
"""Of each migration, for the plan of the real thing."""


def rehearse(
    context: HostContext, migrations: Sequence[Migration], set_folder: Path, undo: Sequence[Migration] = ()
) -> Result:
    """Take back ``undo``, then rehearse ``migrations``, in this order, on the backup set in ``set_folder``.

    Returns ``backup_id``, ``place`` (container, database), ``load_seconds``, ``estimate_seconds`` (of the real thing, by
    what was measured), ``undo`` (``version``, ``seconds``, ``done``) and ``migrations``: ``version``, ``seconds``,
    ``down_seconds`` and ``again_seconds`` (None: irreversible), ``done``, ``collections`` (name → documents before and after),
    ``round_trip`` (identical, irreversible), ``fingerprints`` (see :func:`promise`).

    Raises Failed ``migrations.rehearsal_failed`` with its cause, or ``migrations.round_trip`` when what ``down`` leaves is not
    what was there before ``up``.
    """
    uri, definition = admin_uri(context), context.plan["definition"]
    database = str(definition["mongodb"]["database"])
    content = manifest.read(set_folder)
    manifest.check_files(set_folder, content)
    codes, backwards = (
        [operations.load(context, item.file, item.sha256) for item in items] for items in (migrations, undo)
    )
    progress = FileProgress(StackPaths(context.run_folder.parent.parent).progress, context.clock)
    with connections.connect(uri) as client:
        transactions = connections.is_replica_set(client)
    container = backup.server_container(definition, context.runner)
    place = choose_place(context.runner, context.clock, container, uri, database, replica_set=transactions)
    with (
        database_lock.hold(
            uri, database, "migration", context.clock, run_id=context.run_id, wait_seconds=LOCK_WAIT_SECONDS
        ) as lease,
        workspace.open_partial(set_folder.parent, f"rehearsal-{context.run_id}") as (_name, folder),
    ):
        try:
            found = _rehearse(context, (backwards, codes), content, set_folder, place, folder, lease, progress)
        finally:
            progress.end()
    with connections.connect(uri) as client:
        for migration, result in zip(migrations, found["migrations"], strict=True):
            facts = {"backup_id": found["backup_id"], **{key: result[key] for key in REMEMBERED}}
            history.note_rehearsal(client[database], migration, facts, context)
    return found


def _rehearse(
    context: HostContext,
    codes: tuple[Sequence[Code], Sequence[Code]],
    content: Mapping[str, Any],
    set_folder: Path,
    place: Place,
    folder: Path,
    lease: Lease,
    progress: Progress,
) -> Result:
    with place.open(folder) as (uri, name):
        target = Target(uri, name, rename=lambda collection: collection, views=True)
        loaded = load(set_folder / form.ARCHIVE, target, expectations(content), context.clock, progress)
        with connections.connect_for_work(uri) as client, client.start_session(causal_consistency=False) as session:
            origin = state.Origin(context.run_id, context.plan.get("to_version"))

            def ground(code: Code) -> Ground:
                limits = Limits(float(code.migration.deadline_seconds))
                return Ground(session, name, lease, limits, context.clock, progress)

            try:
                undone = [_back(code, ground(code)) for code in codes[0]]
                results: list[Result] = []
                for code in codes[1]:
                    varying = results[-1]["fingerprints"]["varying"] if results else ()
                    results.append(_one(code, ground(code), origin, varying))
            finally:
                checkpoints.forget_database(client, name)
    return {
        "backup_id": content["id"],
        "place": place.name,
        "load_seconds": loaded.total_seconds,
        "estimate_seconds": _estimate([*undone, *results], read_pace(context.definition)),
        "undo": undone,
        "migrations": results,
    }


def _estimate(results: Sequence[Result], pace: float | None) -> float:
    """Seconds of the real thing, which may have to go slower than the copy did."""
    seconds: float = sum(max(result["seconds"], result["done"] / pace if pace else 0.0) for result in results)
    return round(seconds, 3)


def _back(code: Code, ground: Ground) -> Result:
    """One that is applied, taken back."""
    try:
        return running.down(code, ground)
    except EngineError as error:
        raise Failed("migrations.rehearsal_failed", version=code.migration.version, cause=error) from error


def _one(code: Code, ground: Ground, origin: state.Origin, varying: Collection[str]) -> Result:
    """Up, and where it can be undone down and up again; each time the deadline begins anew."""
    version = code.migration.version
    try:
        before = _content(ground)
        done = running.up(code, ground.anew(), origin)
        after = _content(ground)
        down = again = second = None
        if code.migration.reversible:
            down = running.down(code, ground.anew())["seconds"]
            _require_same(version, before, _content(ground))
            again = running.up(code, ground.anew(), origin)["seconds"]
            second = _content(ground)
            _require_counts(version, after, second)
    except EngineError as error:
        if error.text_id in ("migrations.round_trip", "database_lock.lost"):
            raise
        raise Failed("migrations.rehearsal_failed", version=version, cause=error) from error
    return {
        "version": version,
        "description": code.migration.description,
        "reversible": code.migration.reversible,
        "scheme": done["scheme"],
        "seconds": done["seconds"],
        "down_seconds": down,
        "again_seconds": again,
        "done": done["done"],
        "collections": _counts(before, after),
        "round_trip": "identical" if code.migration.reversible else "irreversible",
        "fingerprints": promise(before, after, second, varying),
    }


def promise(before: Content, after: Content, second: Content | None, known: Collection[str]) -> dict[str, Any]:
    """What the real database will be: ``before`` (``down`` ends there) and ``after``, each a :func:`digest`, and ``varying``.

    ``varying`` are the collections that came out otherwise the ``second`` time (None: there was none, so all that changed),
    such as those with times in them, and the ``known`` ones that earlier migrations made so.
    """
    other = before if second is None else second
    varying = sorted(name for name in after if name in known or after[name] != other.get(name))
    return {"before": digest(before, known), "after": digest(after, varying), "varying": varying}


def digest(content: Content, varying: Collection[str] = ()) -> str:
    """Of ``content`` (as :func:`content_of` gives it) to the bit; of ``varying`` collections only :data:`SHAPE`."""
    shown = {name: _shape(facts) if name in varying else facts for name, facts in content.items()}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def content_of(client: connections.Client, database: str) -> Content:
    """Everything but our own records, to the bit."""
    found = fingerprint.of_database(client, database)["collections"]
    return {name: facts for name, facts in found.items() if name != state.COLLECTION}


def _content(ground: Ground) -> Content:
    return content_of(ground.client, ground.database.name)


def _shape(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in SHAPE}


def _counts(before: Content, after: Content) -> dict[str, dict[str, int]]:
    """Documents of the collections that changed; 0 where there is none."""
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return {name: {"before": _documents(before, name), "after": _documents(after, name)} for name in changed}


def _documents(content: Content, name: str) -> int:
    return int(content.get(name, {}).get("documents", 0))


def _require_same(version: str, before: Content, back: Content) -> None:
    different = sorted(name for name in {*before, *back} if before.get(name) != back.get(name))
    if different:
        raise Failed("migrations.round_trip", version=version, collections=", ".join(different))


def _require_counts(version: str, first: Content, second: Content) -> None:
    """A second ``up`` makes as many documents, with the same indexes; times in them may differ."""
    shapes = [{name: _shape(found) for name, found in one.items()} for one in (first, second)]
    if shapes[0] != shapes[1]:
        different = sorted(name for name in {*first, *second} if shapes[0].get(name) != shapes[1].get(name))
        raise Failed("migrations.round_trip", version=version, collections=", ".join(different))


def backup_of_run(context: HostContext, evidence: Sequence[Mapping[str, Any]]) -> Path:
    """The folder of the run's newest backup. Raises Refused ``migrations.no_backup``."""
    if not evidence:
        raise Refused("migrations.no_backup", run_id=context.run_id)
    return Path(str(evidence[-1]["path"]))
