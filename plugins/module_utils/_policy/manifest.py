# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a release, ``<releases_dir>/<version>.yml``, schema 1; unknown keys are refused, so it can grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from .._core.clock import iso, parse_iso
from .._core.errors import BadInput
from .._core.versions import Version
from .announcement import check_announcement
from .policy import SEVERITIES, TEST_LEVELS, UPDATE_TYPES

SCHEMA = 1
_TYPES: dict[str, tuple[type, ...]] = {
    "schema": (int,),
    "version": (str,),
    "type": (str,),
    "summary": (str,),
    "published_at": (str, datetime),
    "images": (dict,),
    "migrations": (list,),
    "changes": (list,),
    "vulnerability": (dict,),
    "test_level": (str,),
    "rollback": (bool,),
    "announcement": (dict,),
    "downtime": (bool,),
}
_REQUIRED = ("schema", "version", "type", "images")
_CHOICES = {"type": UPDATE_TYPES, "test_level": tuple(TEST_LEVELS)}


def parse_manifest(raw: object, source: str, expected_version: str) -> dict[str, Any]:
    """Check the content of the file ``source`` and return it with its defaults filled in.

    Raises BadInput ``manifest.*`` or ``version.*``, naming the file and the key.
    """
    if not isinstance(raw, Mapping):
        raise BadInput("manifest.not_mapping", path=source, kind=type(raw).__name__)
    manifest = {str(key): value for key, value in raw.items()}
    _check_keys(manifest, source)
    _check_values(manifest, source, expected_version)
    return {
        "summary": "",
        "changes": [],
        "migrations": [],
        "downtime": False,
        **manifest,
        "published_at": _published(manifest, source),
    }


def _check_keys(manifest: Mapping[str, Any], source: str) -> None:
    unknown = sorted(set(manifest) - set(_TYPES))
    if unknown:
        raise BadInput("manifest.unknown_key", path=source, key=", ".join(unknown), allowed=", ".join(_TYPES))
    missing = [key for key in _REQUIRED if key not in manifest]
    if missing:
        raise BadInput("manifest.missing_key", path=source, key=", ".join(missing))
    if "version" in manifest:
        Version.parse(manifest["version"])
    for key, value in manifest.items():
        if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and bool not in _TYPES[key]):
            names = ", ".join(kind.__name__ for kind in _TYPES[key])
            raise BadInput("manifest.wrong_type", path=source, key=key, expected=names, kind=type(value).__name__)


def _check_values(manifest: Mapping[str, Any], source: str, expected_version: str) -> None:
    if manifest["schema"] != SCHEMA:
        raise BadInput("manifest.schema", path=source, value=manifest["schema"], known=SCHEMA)
    if manifest["version"] != expected_version:
        raise BadInput("manifest.other_version", path=source, value=manifest["version"], expected=expected_version)
    for key, allowed in _CHOICES.items():
        if key in manifest and manifest[key] not in allowed:
            raise BadInput("manifest.choice", path=source, key=key, value=manifest[key], allowed=", ".join(allowed))
    if manifest.get("rollback") is False:
        raise BadInput("policy.loosened", key="rollback", value="false", minimum="true")
    _check_texts(manifest["images"].items(), "images", source)
    _check_texts(enumerate(manifest.get("migrations", [])), "migrations", source)
    _check_texts(enumerate(manifest.get("changes", [])), "changes", source)
    if not manifest["images"]:
        raise BadInput("manifest.missing_key", path=source, key="images.*")
    _check_vulnerability(manifest.get("vulnerability"), source)
    check_announcement(manifest.get("announcement", {}), source)


def _check_texts(items: Iterable[tuple[Any, Any]], key: str, source: str) -> None:
    for name, value in items:
        if not isinstance(name, (str, int)) or not isinstance(value, str) or not value.strip():
            kind = type(value).__name__
            raise BadInput("manifest.wrong_type", path=source, key=f"{key}.{name}", expected="str", kind=kind)


def _check_vulnerability(vulnerability: Mapping[str, Any] | None, source: str) -> None:
    if vulnerability is None:
        return
    if set(vulnerability) != {"id", "severity"} or not isinstance(vulnerability["id"], str):
        raise BadInput("manifest.missing_key", path=source, key="vulnerability.id, vulnerability.severity")
    if vulnerability["severity"] not in SEVERITIES:
        key, value = "vulnerability.severity", vulnerability["severity"]
        raise BadInput("manifest.choice", path=source, key=key, value=value, allowed=", ".join(SEVERITIES))


def _published(manifest: Mapping[str, Any], source: str) -> str | None:
    value = manifest.get("published_at")
    if value is None:
        return None
    if isinstance(value, datetime):
        return iso(value if value.tzinfo else value.replace(tzinfo=timezone.utc))
    try:
        return iso(parse_iso(value))
    except (ValueError, OverflowError) as error:
        key = "published_at"
        raise BadInput("manifest.wrong_type", path=source, key=key, expected="ISO 8601", kind=str(value)) from error


def choose_version(
    wished: object, current: str | None, known: Mapping[str, str], update_type: str, releases_dir: str
) -> str:
    """The concrete version that ``wished`` means; ``known`` maps the versions that have a manifest to their types.

    Absent or ``latest``: the newest release of ``update_type``, no pre-release, or ``current`` when that is newer.
    Raises BadInput ``version.*``, ``manifest.unknown_version``, ``manifest.none_of_type``.
    """
    if wished not in (None, "", "latest"):
        version = Version.parse(wished)
        if version.text not in known:
            names = ", ".join(sorted(known, key=Version.parse)) or "-"
            raise BadInput("manifest.unknown_version", version=version.text, path=releases_dir, known=names)
        return version.text
    candidates = [Version.parse(text) for text, kind in known.items() if kind == update_type]
    released = [version for version in candidates if not version.prerelease]
    if current is not None:
        released = [version for version in released if version >= Version.parse(current)] or [Version.parse(current)]
    if not released:
        raise BadInput("manifest.none_of_type", update_type=update_type, path=releases_dir)
    return max(released).text
