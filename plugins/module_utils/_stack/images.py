# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of this engine: identity, pull, tags. Identity is the image id, and the registry digest where there is one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import CommandFailed, Failed
from .._core.runner import Runner, failure_of, last_words

CALL_SECONDS = 30.0
PULL_SECONDS = 900.0
VERSION_LABEL = "org.opencontainers.image.version"
PROTECTED = "benevoclic-updates"
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True)
class Image:
    """An image of this engine. ``digests`` are ``repository@sha256:…``; empty for one that no registry has seen."""

    id: str
    tags: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    size: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str | None:
        return self.labels.get(VERSION_LABEL) or None

    @property
    def short_id(self) -> str:
        return self.id.partition(":")[2][:12]


def inspect(runner: Runner, name: str) -> Image | None:
    """The image that ``name`` (a reference or an id) means on this engine, or None."""
    return inspect_all(runner, [name]).get(name)


def inspect_all(runner: Runner, names: Iterable[str]) -> dict[str, Image]:
    """The images that ``names`` mean on this engine, by name, in one call when all are there; absent ones left out."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    done = runner.run(["docker", "image", "inspect", *wanted], timeout=CALL_SECONDS, check=False)
    if done.status != 0:
        if "No such image" not in done.stderr:
            raise failure_of(done)
        # The answer does not say which entry belongs to which name.
        return (
            {}
            if len(wanted) == 1
            else {key: image for name in wanted for key, image in inspect_all(runner, [name]).items()}
        )
    try:
        return dict(zip(wanted, map(_image, json.loads(done.stdout)), strict=True))
    except (ValueError, KeyError, TypeError) as error:
        raise Failed("stack.unreadable_inspect", kind="image", found=f"{type(error).__name__}: {error}") from error


def require(runner: Runner, reference: str, digest: str | None = None) -> Image:
    """The image ``reference``, present and, where a digest is known, the right one. Raises Failed ``image.*``."""
    return _proved(inspect(runner, reference), reference, digest)


def require_all(runner: Runner, references: Iterable[str]) -> dict[str, Image]:
    """The same for several references, by reference."""
    wanted = list(references)
    found = inspect_all(runner, wanted)
    return {reference: _proved(found.get(reference), reference, None) for reference in wanted}


def _proved(image: Image | None, reference: str, digest: str | None) -> Image:
    if image is None:
        raise Failed("image.absent", image=reference)
    expected = digest or (reference.partition("@")[2] or None)
    if expected and expected not in {item.partition("@")[2] for item in image.digests}:
        raise Failed("image.other_digest", image=reference, expected=expected, found=", ".join(image.digests) or "-")
    return image


def pull(runner: Runner, reference: str, digest: str | None = None, timeout: float = PULL_SECONDS) -> Image:
    """Bring ``reference`` from its registry and prove it. Raises Failed ``image.*``."""
    try:
        runner.run(["docker", "pull", "--quiet", reference], timeout=timeout)
    except CommandFailed as error:
        raise Failed("image.pull_failed", image=reference, found=last_words(error)) from error
    return require(runner, reference, digest)


def tag(runner: Runner, image_id: str, name: str) -> None:
    """Make ``name`` mean ``image_id``."""
    runner.run(["docker", "image", "tag", image_id, name], timeout=CALL_SECONDS)


def ensure_reference(runner: Runner, reference: str, image_id: str) -> None:
    """Make ``reference`` mean ``image_id`` again where somebody pulled another since, or removed the tag."""
    if "@" in reference or reference.startswith("sha256:"):
        return
    known = inspect(runner, reference)
    if known is None or known.id != image_id:
        tag(runner, image_id, reference)


def untag(runner: Runner, name: str) -> bool:
    """Take the tag ``name`` away if the image keeps another one; the image itself is never deleted."""
    image = inspect(runner, name)
    if image is None or len(image.tags) < 2:
        return False
    runner.run(["docker", "image", "rm", "--no-prune", name], timeout=CALL_SECONDS)
    return True


def protective_tag(runner: Runner, image: Image, stack: str, service: str) -> str:
    """The tag that keeps ``image`` from ``prune``: its version, or its id where another image has that tag."""
    if image.version and _TAG.fullmatch(image.version):
        name = protective_name(stack, service, image.version)
        holder = inspect(runner, name)
        if holder is None or holder.id == image.id:
            return name
    return protective_name(stack, service, image.short_id)


def protective_name(stack: str, service: str, label: str) -> str:
    """``benevoclic-updates/<stack>-<service>:<label>``, in the letters that a repository name allows."""
    repository = re.sub(r"[^a-z0-9]+", "-", f"{stack}-{service}".lower()).strip("-")
    return f"{PROTECTED}/{repository}:{label}"


def _image(entry: Mapping[str, Any]) -> Image:
    return Image(
        id=entry["Id"],
        tags=tuple(entry.get("RepoTags") or ()),
        digests=tuple(entry.get("RepoDigests") or ()),
        size=entry.get("Size", 0),
        labels=(entry.get("Config") or {}).get("Labels") or {},
    )
