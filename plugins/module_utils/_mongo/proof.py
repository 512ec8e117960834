# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that a backup set is good: its files, every document in it, or a restore of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.clock import Clock, iso
from .._core.errors import BadInput, Failed
from .._core.progress import Progress
from .._policy.policy import PROOF_LEVELS
from . import archive_format as form
from . import manifest
from .archive import open_archive
from .compare import Content, require_same
from .rehearsal import Place, rehearse

Evidence = dict[str, Any]


def prove(
    folder: Path, content: Mapping[str, Any], level: str, place: Place | None, clock: Clock, progress: Progress
) -> Evidence:
    """Prove the set in ``folder``, whose manifest says ``content``. Returns the evidence, raises when it is not good.

    ``restore_seconds`` of a rehearsal (loading, comparing, indexes) is the honest estimate of a restore.
    """
    if level not in PROOF_LEVELS:
        raise BadInput("policy.proof", value=level, allowed=", ".join(PROOF_LEVELS))
    started = clock.monotonic()
    found: Evidence = {"level": level, "at": iso(clock.now()), "restore_seconds": None, "place": None}
    if level != "none":
        manifest.check_files(folder, content)
    if level == "structure":
        check_structure(folder / form.ARCHIVE, content, progress)
    if level == "rehearsal":
        if place is None:
            raise Failed("proof.no_place")
        found["restore_seconds"] = rehearse(folder, content, place, clock, progress)
        found["place"] = place.name
    return {**found, "seconds": round(clock.monotonic() - started, 3)}


def check_structure(path: Path, content: Mapping[str, Any], progress: Progress) -> None:
    """Parse every document of the archive; collections, counts and sizes are those that the manifest says.

    Raises Failed ``archive.…``, ``proof.document``, ``proof.collections`` or ``load.counts``.
    """
    from bson import decode_all
    from bson.codec_options import CodecOptions, DatetimeConversion
    from bson.errors import BSONError

    # dates beyond Python's and texts that are no UTF-8 are in real databases, and no damage
    options: CodecOptions[Any] = CodecOptions(
        datetime_conversion=DatetimeConversion.DATETIME_MS, unicode_decode_error_handler="replace"
    )
    said = {item["name"]: item for item in content["collections"]}
    progress.begin("proof", sum(int(item["bytes"]) for item in said.values()))
    with open_archive(path) as archive:
        found = {item.collection: Content() for item in archive.namespaces if not item.accounts}
        if set(found) != set(said):
            raise Failed("proof.collections", path=str(path), collections=", ".join(sorted(set(found) ^ set(said))))
        for chunk in archive.chunks():
            try:
                documents = len(decode_all(chunk.data, options))
            except BSONError as error:
                raise Failed("proof.document", path=str(path), collection=chunk.collection, found=error) from error
            if chunk.collection in found:
                found[chunk.collection] += Content(documents, len(chunk.data))
                progress.add(chunk.collection, len(chunk.data))
    for name, item in said.items():
        require_same(name, item, found[name])
    _compare_with_source(content, found)


def _compare_with_source(content: Mapping[str, Any], found: Mapping[str, Content]) -> None:
    """What the server counted at the moment of the dump, where it was one moment."""
    of_source = (content.get("fingerprint") or {}).get("collections") or {}
    apart = set(content["consistency"]["exceptions"])
    for name, entry in of_source.items():
        if name in found and name not in apart:
            require_same(name, entry, found[name])
