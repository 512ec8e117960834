# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of services of a stack, read strictly from the stack definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import BadInput
from .strict import check, mapping, texts, url, version

DEFAULT_ENV_FILE = ".env"
_SHARED_KEYS: dict[str, type] = {"project": str, "directory": str, "files": list, "env_file": str}
_SERVICE_KEYS: dict[str, type] = {
    **_SHARED_KEYS,
    "service": str,
    "image_variable": str,
    "image_tag": str,
    "updatable": bool,
    "probe": str,
    "version": dict,
}
VARIABLE = "variable"
TAG = "tag"


@dataclass(frozen=True)
class ServiceSpec:
    """One service: where Compose finds it, how its version gets in (``kind`` and ``target``), how it is probed.

    ``kind`` is ``variable`` (``target`` names a variable of the env file), ``tag`` (``target`` is the tag that is moved)
    or None for a service that is never updated.
    """

    name: str
    project: str
    directory: str
    files: tuple[str, ...]
    service: str
    env_file: str | None = None
    kind: str | None = None
    target: str = ""
    probe: str | None = None
    version: Mapping[str, Any] = field(default_factory=dict)

    @property
    def env_path(self) -> str:
        """The env file's absolute path, Compose's default included."""
        name = self.env_file or DEFAULT_ENV_FILE
        return name if name.startswith("/") else f"{self.directory}/{name}"

    @property
    def compose_paths(self) -> tuple[str, ...]:
        return tuple(name if name.startswith("/") else f"{self.directory}/{name}" for name in self.files)


def read_services(definition: Mapping[str, Any]) -> dict[str, ServiceSpec]:
    """The services of a stack definition by name, in its order. Raises BadInput ``stack.*`` naming the path."""
    return parse_services(definition.get("services"), definition.get("service_defaults"))


def parse_services(services: object, service_defaults: object = None) -> dict[str, ServiceSpec]:
    """The same from the two tables."""
    table = mapping(services, "services")
    if not table:
        raise BadInput("stack.no_service")
    defaults = mapping({} if service_defaults is None else service_defaults, "service_defaults")
    check(defaults, _SHARED_KEYS, "service_defaults")
    return {name: _service(name, mapping(entry, f"services.{name}"), defaults) for name, entry in table.items()}


def select(services: Mapping[str, ServiceSpec], names: Sequence[str]) -> list[ServiceSpec]:
    """The updatable services ``names``, in that order. Raises BadInput when one is unknown or never updated."""
    for name in names:
        if name not in services:
            raise BadInput("stack.unknown_service", name=name, known=", ".join(services))
        if services[name].kind is None:
            raise BadInput("stack.not_updatable", name=name)
    return [services[name] for name in names]


def config_paths(definition: Mapping[str, Any]) -> list[str]:
    """Every file that goes back together with the images: Compose and env files, then the declared ``config_files``."""
    declared = definition.get("config_files", [])
    if not isinstance(declared, list) or not all(isinstance(path, str) and path.startswith("/") for path in declared):
        raise BadInput("stack.wrong_type", path="config_files", expected="list of absolute paths", found=declared)
    paths: list[str] = []
    for spec in read_services(definition).values():
        paths += [*spec.compose_paths, spec.env_path]
    return list(dict.fromkeys([*paths, *declared]))


def _service(name: str, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> ServiceSpec:
    path = f"services.{name}"
    check(entry, _SERVICE_KEYS, path)
    merged = {**defaults, **entry}
    for key in ("project", "directory", "files"):
        if not merged.get(key):
            raise BadInput("stack.missing_key", path=f"{path}.{key}")
    if not merged["directory"].startswith("/"):
        found = merged["directory"]
        raise BadInput("stack.wrong_type", path=f"{path}.directory", expected="absolute path", found=found)
    texts(merged["files"], f"{path}.files")
    url(entry.get("probe"), f"{path}.probe")
    kind, target = _definition(entry, path)
    return ServiceSpec(
        name=name,
        project=merged["project"],
        directory=merged["directory"].rstrip("/") or "/",
        files=tuple(merged["files"]),
        service=entry.get("service", name),
        env_file=merged.get("env_file"),
        kind=kind,
        target=target,
        probe=entry.get("probe"),
        version=version(entry.get("version", {}), f"{path}.version"),
    )


def _definition(entry: Mapping[str, Any], path: str) -> tuple[str | None, str]:
    """How a version gets in: exactly one way, unless the service is never updated."""
    given = [key for key in ("image_variable", "image_tag") if entry.get(key)]
    if entry.get("updatable", True) is False:
        if given:
            raise BadInput("stack.two_ways", path=path, found=", ".join(["updatable: false", *given]))
        return None, ""
    if len(given) != 1:
        raise BadInput("stack.two_ways", path=path, found=", ".join(given) or "-")
    return (VARIABLE if given[0] == "image_variable" else TAG), entry[given[0]]
