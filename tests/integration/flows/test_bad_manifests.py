# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests that are wrong, handed to the plan itself in this process: it is what every update asks first."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.action.update_plan import plan_of
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain

PLACE = {"project": "app", "directory": "/srv/app", "files": ["compose.yml"]}
SERVICES = {"api": {**PLACE, "image_variable": "API_IMAGE"}, "mongo": {**PLACE, "updatable": False}}
GOOD_MANIFEST = "schema: 1\nversion: 2.0.0\ntype: feature\nimages: {api: benevoclic/api:2.0.0}\n"
BAD_MANIFESTS = {
    "a list": ("- a\n- list\n", ["list"]),
    "cut short": ("schema: 1\nversion: [2.0.0\n", ["YAML"]),
    "not text": ("\x00\x01", ["YAML"]),
    "schema of tomorrow": (GOOD_MANIFEST.replace("schema: 1", "schema: 2"), ["schema: 2", "schema: 1"]),
    "other version": (GOOD_MANIFEST.replace("2.0.0\ntype", "2.0.1\ntype"), ["2.0.1", "2.0.0"]),
    "version as a number": (GOOD_MANIFEST.replace("2.0.0\ntype", "2.10\ntype"), ["2.1", "guillemets"]),
    "unknown type": (
        GOOD_MANIFEST.replace("type: feature", "type: Feature"),
        ["Feature", "security, feature, maintenance"],
    ),
    "no type": (GOOD_MANIFEST.replace("type: feature\n", ""), ["type"]),
    "unknown key": (GOOD_MANIFEST + "servces: []\n", ["servces", "images"]),
    "image that is no text": (GOOD_MANIFEST.replace("benevoclic/api:2.0.0", "[]"), ["images.api"]),
    "service that is never updated": (GOOD_MANIFEST.replace("api:", "mongo:", 1), ["mongo", "api"]),
    "unknown service": (GOOD_MANIFEST.replace("api:", "cache:", 1), ["cache", "api"]),
    "migration without a file": (
        GOOD_MANIFEST + "migrations: ['20990101_001']\n",
        ["20990101_001", "benevoclic_migrations_dir"],
    ),
    "migrations that are no list": (GOOD_MANIFEST + "migrations: 20240815_001\n", ["migrations", "list"]),
    "policy loosened": (GOOD_MANIFEST + "rollback: false\n", ["rollback"]),
    "unknown severity": (GOOD_MANIFEST + "vulnerability: {id: CVE-2026-0001, severity: high}\n", ["high", "CRITICAL"]),
}


@pytest.mark.parametrize("name", BAD_MANIFESTS)
def test_a_manifest(tmp_path: Path, name: str) -> None:
    content, causes = BAD_MANIFESTS[name]
    (tmp_path / "2.0.0.yml").write_text(content)
    definition = {
        "stack": "s",
        "environment": "dev",
        "services": SERVICES,
        "service_defaults": {},
    }
    options = {
        "flow": "feature_update", "update_type": "feature", "version": "2.0.0", "severity": "", "vulnerability_id": "",
        "reason": "", "releases_dir": str(tmp_path), "migrations_dir": str(tmp_path), "registry": "",
        "definition": definition, "observed": {"version": "1.0.0"}, "runs": {}, "backup_enabled": True,
        "backup_disabled_reason": "", "rollback_enabled": True, "rollback_disabled_reason": "", "rollback_database": "",
    }  # fmt: skip
    with pytest.raises(EngineError) as caught:
        plan_of(options, "fr")
    said = explain(caught.value, "fr")["text"]
    for cause in causes:
        assert cause in said
