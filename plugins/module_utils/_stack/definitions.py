# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a version gets in: a variable of an env file, or a fixed tag that is moved on this engine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from .._core.files import read_bytes, write_atomic
from .._core.runner import Runner
from . import envfile, images
from .services import VARIABLE, ServiceSpec


def value(runner: Runner, spec: ServiceSpec) -> str | None:
    """What the definition says now: the variable's text (it must be there), or the id of the image that the tag means."""
    if spec.kind == VARIABLE:
        return envfile.require(read_bytes(Path(spec.env_path)), spec.target, spec.env_path)
    image = images.inspect(runner, spec.target)
    return image.id if image else None


def as_data(runner: Runner, spec: ServiceSpec) -> dict[str, Any]:
    """The definition as a release tuple records it."""
    return {"kind": spec.kind, "name": spec.target, "value": value(runner, spec)}


def is_right(runner: Runner, spec: ServiceSpec, reference: str, image_id: str) -> bool:
    """Whether the definition already means ``reference``, which is ``image_id``."""
    return value(runner, spec) == (reference if spec.kind == VARIABLE else image_id)


def remember(runner: Runner, spec: ServiceSpec) -> dict[str, Any]:
    """What :func:`put_back` needs: the assignment byte for byte, the image that it or the tag meant."""
    if spec.kind == VARIABLE:
        content = read_bytes(Path(spec.env_path))
        text = envfile.line(content, spec.target, spec.env_path)
        reference = envfile.read(content, spec.target) or ""
        image = images.inspect(runner, reference) if reference and "$" not in reference else None
        return {"kind": spec.kind, "line": text, "value": reference, "image_id": image.id if image else None}
    return {"kind": spec.kind, "image_id": value(runner, spec)}


def point(runner: Runner, spec: ServiceSpec, reference: str, image_id: str) -> None:
    """Make the definition mean ``reference`` (``image_id`` on this engine)."""
    if spec.kind == VARIABLE:
        path = Path(spec.env_path)
        rewrite(path, envfile.replace(read_bytes(path), spec.target, reference, spec.env_path))
    else:
        images.tag(runner, image_id, spec.target)


def put_back(runner: Runner, spec: ServiceSpec, undo: Mapping[str, Any]) -> None:
    """The inverse of :func:`point`; doing it twice does no harm."""
    if spec.kind == VARIABLE:
        path = Path(spec.env_path)
        content = read_bytes(path)
        if envfile.line(content, spec.target, spec.env_path) != undo["line"]:
            rewrite(path, envfile.restore(content, spec.target, undo["line"], spec.env_path))
        if undo["image_id"]:
            images.ensure_reference(runner, undo["value"], undo["image_id"])
    elif undo["image_id"]:
        images.tag(runner, undo["image_id"], spec.target)
    else:
        images.untag(runner, spec.target)


def rewrite(path: Path, content: bytes) -> None:
    """Put ``content`` in a file that exists: whole or not at all, mode, owner and a link to it kept."""
    real = path.resolve()
    known = real.stat()
    write_atomic(real, content, known.st_mode & 0o7777)
    with suppress(PermissionError):
        os.chown(real, known.st_uid, known.st_gid)


def environment(specs: Iterable[ServiceSpec], wanted: Mapping[str, str]) -> dict[str, str]:
    """The image variables of one project as Compose shall see them: ``wanted``, else what the env file says.

    Compose lets its process environment beat the env file; a variable left over there must not decide.
    """
    found: dict[str, str] = {}
    for spec in specs:
        if spec.kind != VARIABLE:
            continue
        text = wanted.get(spec.target) or envfile.read(read_bytes(Path(spec.env_path)), spec.target)
        if text and "$" not in text:
            found[spec.target] = text
    return found
