# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release tuple: what goes back together. Captured, compared, turned into the operations that lead back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.clock import Clock, SystemClock, iso
from .._core.errors import Failed
from .._core.files import make_folder, read_bytes, sha256_bytes, write_atomic
from .._core.http import Transport
from .._core.runner import Runner
from .._runs.context import HostContext
from . import containers, definitions, images
from .containers import Container
from .served import Witness, healthy, release_version, service_version
from .services import VARIABLE, ServiceSpec, config_paths, read_services

Tuple = dict[str, Any]


@dataclass(frozen=True)
class Sight:
    """One look at the engine: the updatable services, the containers that serve them, their images by image id."""

    services: Mapping[str, ServiceSpec]
    serving: Mapping[str, Container]
    images: Mapping[str, images.Image]


def look(definition: Mapping[str, Any], runner: Runner) -> Sight:
    """The services of ``definition`` as the engine has them now."""
    services = {name: spec for name, spec in read_services(definition).items() if spec.kind is not None}
    found = containers.serving(runner, services)
    return Sight(services, found, images.inspect_all(runner, [now.image_id for now in found.values()]))


def capture(
    definition: Mapping[str, Any],
    folder: Path | None,
    runner: Runner,
    transport: Transport,
    clock: Clock | None = None,
    sight: Sight | None = None,
) -> Tuple:
    """What serves now (``sight``: what was seen a moment ago).

    With ``folder``, a folder of the run, the config files are copied into it (0700, files 0600).
    """
    host = Witness(runner, transport)
    seen = sight or look(definition, runner)
    services, found = seen.services, seen.serving
    entries = {name: _service(host, spec, found.get(name), seen.images) for name, spec in services.items()}
    return {
        "captured_at": iso((clock or SystemClock()).now()),
        "version": release_version(host, definition, [entry["version"] for entry in entries.values()]),
        "healthy": healthy(host, services, found),
        "services": entries,
        "files": _files(config_paths(definition), folder),
        "schema": None,
        "backup_id": None,
    }


def _service(
    host: Witness, spec: ServiceSpec, now: Container | None, known: Mapping[str, images.Image]
) -> dict[str, Any]:
    image = known.get(now.image_id) if now else None
    entry: dict[str, Any] = {"definition": definitions.as_data(host.runner, spec)}
    if now is None:
        empty = ("container_id", "container_name", "image_id", "digest", "reference", "started_at", "version")
        return {**dict.fromkeys(empty), **entry, "restart_count": 0}
    return {
        "container_id": now.id,
        "container_name": now.name,
        "image_id": now.image_id,
        "digest": _digest(image, now.reference),
        "reference": now.reference,
        **entry,
        "restart_count": now.restart_count,
        "started_at": now.started_at,
        "version": service_version(host, spec, now, image),
    }


def _digest(image: images.Image | None, reference: str) -> str | None:
    """The registry digest, that of the reference's own repository first."""
    if image is None or not image.digests:
        return None
    repository = reference.partition("@")[0]
    head, _slash, last = repository.rpartition("/")
    repository = f"{head}/{last.partition(':')[0]}" if head else last.partition(":")[0]
    return next((text for text in image.digests if text.startswith(f"{repository}@")), image.digests[0])


def _files(paths: list[str], folder: Path | None) -> list[dict[str, Any]]:
    entries = []
    for name in paths:
        path = Path(name)
        if not path.is_file():
            continue
        content = read_bytes(path)
        digest = sha256_bytes(content)
        copy = None
        if folder is not None:
            make_folder(folder, 0o700)
            copy = f"{folder.name}/{digest[:16]}-{path.name}"
            write_atomic(folder.parent / copy, content)
        entries.append({"path": name, "sha256": digest, "mode": oct(path.stat().st_mode & 0o7777), "copy": copy})
    return entries


def difference(
    context: HostContext, current: Mapping[str, Any], target: Mapping[str, Any], target_folder: Path
) -> list[tuple[str, dict[str, Any]]]:
    """The operations, in order, that lead from ``current`` to ``target``, the tuple of a run whose folder is ``target_folder``.

    Services that ``target`` does not know, or that had no container then, are left alone.
    """
    files = _file_operations(current, target, target_folder)
    exact = {entry["path"] for entry in target["files"] if entry["copy"]}
    touched = [arguments["path"] for _name, arguments in files]
    services = read_services(context.plan["definition"])
    found = containers.serving(context.runner, services)
    operations, ups = list(files), []
    for name, entry in target["services"].items():
        if name not in services or services[name].kind is None or not entry["image_id"]:
            continue
        arguments = {"service": name, "reference": entry["reference"], "image_id": entry["image_id"]}
        if services[name].kind != VARIABLE or services[name].env_path not in exact:
            operations.append(("definition.set", arguments))
        ups.append(("service.up", arguments))
    for name, now in found.items():
        if _mounts(now, touched):
            ups.append(("service.restart", {"service": name}))
    return [*operations, *ups]


def bring_images(context: HostContext, target: Mapping[str, Any]) -> None:
    """Have every image of ``target`` on this engine, by the registry where it is gone. Raises Failed ``image.*``."""
    wanted = [entry["image_id"] for entry in target["services"].values() if entry["image_id"]]
    here = images.inspect_all(context.runner, wanted)
    for entry in target["services"].values():
        image_id = entry["image_id"]
        if not image_id or image_id in here:
            continue
        pulled = images.pull(context.runner, entry["digest"] or entry["reference"])
        if pulled.id != image_id:
            raise Failed("image.other_id", image=entry["reference"], expected=image_id, found=pulled.id)


def _file_operations(
    current: Mapping[str, Any], target: Mapping[str, Any], folder: Path
) -> list[tuple[str, dict[str, Any]]]:
    now = {entry["path"]: entry for entry in current["files"]}
    operations = []
    for entry in target["files"]:
        if entry["copy"] is None or now.get(entry["path"], {}).get("sha256") == entry["sha256"]:
            continue
        copy = folder / entry["copy"]
        if not copy.is_file():
            raise Failed("config.copy_missing", path=entry["path"], copy=str(copy))
        arguments = {key: entry[key] for key in ("path", "sha256", "mode")}
        operations.append(("config.restore", {**arguments, "copy": str(copy)}))
    return operations


def _mounts(container: Container, paths: list[str]) -> bool:
    return any(path == bind or path.startswith(f"{bind}/") for path in paths for bind in container.binds)
