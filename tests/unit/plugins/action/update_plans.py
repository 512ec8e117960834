# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's folders and a stack, and plans made from them."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.benevoclic.updates.plugins.action import update_plan
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError

DEFINITION = {
    "stack": "demo",
    "environment": "dev",
    "service_defaults": {"project": "demo", "directory": "/srv/app", "files": ["compose.yml"], "env_file": ".env"},
    "services": {
        "api": {"image_variable": "API_IMAGE"},
        "web": {"image_variable": "WEB_IMAGE"},
        "mongo": {"updatable": False},
    },
}
OBSERVED = {"version": "1.0.0", "services": {"api": {"reference": "benevoclic/api:1.0.0"}, "web": None}}
LANDINGS = [
    {"version": "1.0.0", "run_id": "R1", "which": "before"},
    {"version": "1.1.0", "run_id": "R1", "which": "after"},
]


def manifest(version, kind="feature", **more):
    images = {"api": f"benevoclic/api:{version}"}
    return yaml.safe_dump({"schema": 1, "version": version, "type": kind, "images": images, **more})


VERSION = "20240815_001"


def migration(version, *lines):
    functions = ("def up(db, step): ...", "def down(db, step): ...")
    return "\n".join((f"VERSION = '{version}'", "DESCRIPTION = 'Préférences'", *lines, *functions))


def options(releases, **changes):
    given = {name: option.get("default") for name, option in update_plan.OPTIONS.items()}
    wanted = {
        "flow": "feature_update",
        "update_type": "feature",
        "releases_dir": str(releases),
        "migrations_dir": str(releases.parent / "migrations"),
        "definition": DEFINITION,
        "observed": OBSERVED,
    }
    return {**given, **wanted, **changes}


def planned(releases, **changes):
    return update_plan.plan_of(options(releases, **changes), "en")


def refused(releases, **changes):
    with pytest.raises(EngineError) as caught:
        planned(releases, **changes)
    return caught.value
