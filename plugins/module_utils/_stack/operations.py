# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack's reversible changes: images protected, definitions set, services brought up, config files put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import Failed
from .._core.files import make_folder, read_bytes, sha256_bytes, write_atomic
from .._runs.context import HostContext
from .._runs.operations import UNDO_CONTAINERS, UNDO_DEFINITIONS, Arguments, Registry
from . import containers, definitions, images
from .compose import Compose
from .restored import put_file
from .services import VARIABLE, ServiceSpec, read_services
from .startup import wait_seconds, wait_started

REPLACED_FOLDER = "files-replaced"


def spec_of(arguments: Arguments, context: HostContext) -> ServiceSpec:
    """The service that the arguments of an operation name."""
    return read_services(context.plan["definition"])[arguments["service"]]


def environment_of(spec: ServiceSpec, context: HostContext, wanted: dict[str, str]) -> dict[str, str]:
    """Image variables of the services that share the env file, ``wanted`` first."""
    table = read_services(context.plan["definition"]).values()
    same = [item for item in table if (item.project, item.env_path) == (spec.project, spec.env_path)]
    return definitions.environment(same, wanted)


def serving_container(spec: ServiceSpec, context: HostContext) -> containers.Container | None:
    """The container that serves now."""
    return containers.current(containers.find(context.runner, [spec.project]), spec.project, spec.service)


class ImageProtect:
    """Keeps an image from ``prune`` by a tag. Arguments: ``image_id``, ``tag``."""

    name = "image.protect"
    undo_phase = UNDO_CONTAINERS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        holder = images.inspect(context.runner, arguments["tag"])
        return holder is not None and holder.id == arguments["image_id"]

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        return {}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        images.tag(context.runner, arguments["image_id"], arguments["tag"])
        return {}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        return {"untagged": images.untag(context.runner, arguments["tag"])}


class DefinitionSet:
    """Makes the team's own files mean the new image. Arguments: ``service``, ``reference``, ``image_id``."""

    name = "definition.set"
    undo_phase = UNDO_DEFINITIONS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        spec = spec_of(arguments, context)
        return definitions.is_right(context.runner, spec, arguments["reference"], arguments["image_id"])

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        return definitions.remember(context.runner, spec)

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        definitions.point(context.runner, spec, arguments["reference"], arguments["image_id"])
        return {"definition": definitions.as_data(context.runner, spec)}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        definitions.put_back(context.runner, spec, undo)
        return {"definition": definitions.as_data(context.runner, spec)}


class ServiceUp:
    """Brings one service to what the files say. Arguments: ``service``, ``reference``, ``image_id``."""

    name = "service.up"
    undo_phase = UNDO_CONTAINERS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        spec = spec_of(arguments, context)
        now = serving_container(spec, context)
        if now is None or not now.running or now.image_id != arguments["image_id"]:
            return False
        wanted = {spec.target: arguments["reference"]} if spec.kind == VARIABLE else {}
        changes = Compose(context.runner, spec).would_recreate([spec.service], environment_of(spec, context, wanted))
        return all(change.service != spec.service for change in changes)

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        now = serving_container(spec_of(arguments, context), context)
        if now is None:
            return {"had_container": False}
        return {
            "had_container": True,
            "container_id": now.id,
            "image_id": now.image_id,
            "reference": now.reference,
            "status": now.status,
        }

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        wanted = {spec.target: arguments["reference"]} if spec.kind == VARIABLE else {}
        images.ensure_reference(context.runner, arguments["reference"], arguments["image_id"])
        return self._up(spec, context, environment_of(spec, context, wanted), arguments["image_id"])

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        if not undo["had_container"]:
            Compose(context.runner, spec).remove(spec.service)
            return {"removed": True}
        images.ensure_reference(context.runner, undo["reference"], undo["image_id"])
        return self._up(spec, context, environment_of(spec, context, {}), undo["image_id"])

    def _up(self, spec: ServiceSpec, context: HostContext, env: dict[str, str], image_id: str) -> Arguments:
        started = context.clock.monotonic()
        before = containers.clear_interrupted(context.runner, spec)
        now = wait_started(context, spec, Compose(context.runner, spec), env, before)
        if now.image_id != image_id:
            raise Failed("service.other_image", service=spec.name, expected=image_id, found=now.image_id)
        seconds = round(context.clock.monotonic() - started, 3)
        return {"container_id": now.id, "container_name": now.name, "image_id": now.image_id, "seconds": seconds}


class ServiceRestart:
    """Restarts a service that reads a file which was put back. Arguments: ``service``."""

    name = "service.restart"
    undo_phase = UNDO_CONTAINERS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        return False

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        return {}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        Compose(context.runner, spec).restart(spec.service, wait_seconds(context))
        return {}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        return self.do(arguments, undo, context)


class ConfigRestore:
    """Puts a config file back. Arguments: ``path``, ``sha256``, ``mode`` (octal text), ``copy`` (absolute path)."""

    name = "config.restore"
    undo_phase = UNDO_DEFINITIONS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        path = Path(arguments["path"])
        return path.is_file() and sha256_bytes(read_bytes(path)) == arguments["sha256"]

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        path = Path(arguments["path"])
        if not path.is_file():
            return {"copy": None}
        content = read_bytes(path)
        folder = context.run_folder / REPLACED_FOLDER
        make_folder(folder, 0o700)
        copy = folder / f"{sha256_bytes(content)[:16]}-{path.name}"
        write_atomic(copy, content)
        return {"copy": str(copy), "mode": oct(path.stat().st_mode & 0o7777)}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        content = read_bytes(Path(arguments["copy"]))
        if sha256_bytes(content) != arguments["sha256"]:
            raise Failed("config.copy_damaged", path=arguments["path"], copy=arguments["copy"])
        put_file(Path(arguments["path"]), content, int(arguments["mode"], 8))
        return {}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        path = Path(arguments["path"])
        if undo["copy"] is None:
            path.unlink(missing_ok=True)
        else:
            put_file(path, read_bytes(Path(undo["copy"])), int(undo["mode"], 8))
        return {}


_OPERATIONS: tuple[Any, ...] = (ImageProtect(), DefinitionSet(), ServiceUp(), ServiceRestart(), ConfigRestore())
OPERATIONS: Registry = {operation.name: operation for operation in _OPERATIONS}
"""For the registry of the run."""
