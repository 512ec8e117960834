# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Docker engine, and the images of the release on it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import CommandFailed, Failed
from .._core.runner import Runner, failure_of, last_words
from .._core.units import readable
from .._stack import compose, images
from .outcome import CheckResult, bad, good

OLDEST_COMPOSE = (2, 17, 0)
"""The first with ``up --wait-timeout`` and a dry run."""
CALL_SECONDS = 30.0
UNPACKED = 3
"""What an image takes on disk, in sizes of its compressed layers."""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
_INFO = "{{.ServerVersion}}\n{{.DockerRootDir}}\n{{.Architecture}}"


@dataclass(frozen=True)
class Engine:
    """What the engine says of itself."""

    version: str
    root: str
    architecture: str


@dataclass(frozen=True)
class Candidate:
    """An image that the plan wants: present here or not, what is still to come (bytes), why it cannot be had."""

    service: str
    reference: str
    present: images.Image | None = None
    built_here: bool = False
    bytes: int = 0
    problem: str = ""


def look_at_engine(runner: Runner) -> tuple[list[CheckResult], Engine | None]:
    """The engine and Compose; no Engine when it cannot be used."""
    try:
        said = runner.run(["docker", "info", "--format", _INFO], timeout=CALL_SECONDS).stdout.splitlines()
    except CommandFailed as error:
        return [bad("engine", "engine_down", found=last_words(error))], None
    if len(said) < 3 or not said[0].strip() or not said[1].strip():
        return [bad("engine", "engine_down", found=" ".join(said) or "-")], None
    engine = Engine(said[0].strip(), said[1].strip(), _ARCHITECTURES.get(said[2].strip(), said[2].strip()))
    wanted = ".".join(map(str, OLDEST_COMPOSE))
    try:
        version = compose.version(runner)
    except Failed as error:
        return [bad("engine", "compose_absent", found=last_words(error), wanted=wanted)], None
    shown = ".".join(map(str, version))
    if version < OLDEST_COMPOSE:
        return [bad("engine", "compose_old", found=shown, wanted=wanted)], None
    return [good("engine", "engine", engine=engine.version, compose=shown)], engine


def look_at_images(runner: Runner, plan: Mapping[str, Any], engine: Engine) -> list[Candidate]:
    """Each image of the plan: here already, or known to its registry."""
    return [
        _candidate(runner, name, plan["images"][name], engine) for name in plan["services"] if name in plan["images"]
    ]


def _candidate(runner: Runner, service: str, reference: str, engine: Engine) -> Candidate:
    present = images.inspect(runner, reference)
    if present is not None:
        return Candidate(service, reference, present, built_here=not present.digests)
    argv = ["docker", "manifest", "inspect", "--verbose"]
    if _on_loopback(reference):
        argv.append("--insecure")
    done = runner.run([*argv, reference], timeout=CALL_SECONDS, check=False)
    if done.status != 0:
        return Candidate(service, reference, problem=last_words(failure_of(done)))
    return Candidate(service, reference, bytes=_compressed(done.stdout, engine.architecture) * UNPACKED)


def bring_images(runner: Runner, candidates: list[Candidate], *, pull: bool) -> tuple[list[CheckResult], list[str]]:
    """Pull what the plan wants (``pull`` False: only say whether it could be had). Also returns what is new here."""
    failures, arrived = [], []
    for candidate in candidates:
        if not pull:
            if candidate.problem:
                failures.append(_unavailable(candidate, candidate.problem))
        elif not candidate.built_here:
            try:
                image = images.pull(runner, candidate.reference)
            except Failed as error:
                failures.append(_unavailable(candidate, last_words(error)))
                continue
            if candidate.present is None or candidate.present.id != image.id:
                arrived.append(candidate.reference)
    if failures:
        return failures, arrived
    if not candidates:
        return [], arrived  # a migration alone has no image
    names = ", ".join(candidate.reference.rpartition("/")[2] for candidate in candidates)
    missing = sum(candidate.bytes for candidate in candidates)
    if not pull and missing:
        return [good("images", "images_known", images=names, size=readable(missing))], arrived
    return [good("images", "images", images=names)], arrived


def _unavailable(candidate: Candidate, found: str) -> CheckResult:
    return bad("images", "image_unavailable", service=candidate.service, image=candidate.reference, found=found)


def _on_loopback(reference: str) -> bool:
    """Whether the registry is on this machine: Docker itself speaks plain HTTP to those."""
    host = reference.partition("/")[0].rpartition(":")[0] or reference.partition("/")[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _compressed(text: str, architecture: str) -> int:
    """Bytes of the layers, of our architecture where there are several; 0 when that cannot be read."""
    try:
        given = json.loads(text)
        entries = given if isinstance(given, list) else [given]
        for entry in entries:
            platform = (entry.get("Descriptor") or {}).get("platform") or {}
            if len(entries) == 1 or platform.get("architecture") == architecture:
                manifest = entry.get("SchemaV2Manifest") or entry.get("OCIManifest") or {}
                return sum(int(layer["size"]) for layer in manifest.get("layers", []))
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0
    return 0
