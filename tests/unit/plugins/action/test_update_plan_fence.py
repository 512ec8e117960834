# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downtime in plans."""

from __future__ import annotations

import pytest
from update_plans import DEFINITION, manifest, migration, planned

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError

STUCK = "20260110_001"


def with_downtime(releases, *lines, **more):
    """A release that declares downtime, with a migration that ``lines`` describe."""
    path = releases.parent / "migrations" / f"{STUCK}_x.py"
    path.write_text(migration(STUCK, *lines), encoding="utf-8")
    (releases / "1.3.0.yml").write_text(manifest("1.3.0", migrations=[STUCK], downtime=True))
    return planned(releases, version="1.3.0", **more)


def fenced_definition(**edge):
    where = {"service": "web", "url": "https://site.example", **edge}
    services = {"web": {**next(iter(DEFINITION["services"].values())), "image_variable": "WEB_IMAGE"}}
    return {**DEFINITION, "edge": where, "services": {**DEFINITION["services"], **services}}


def test_downtime_is_from_before_the_backup_until_after_the_tests_and_says_why(releases):
    definition = fenced_definition(maintenance={"directory": "/srv/nginx/maintenance"})
    result = with_downtime(releases, "REVERSIBLE = False", definition=definition)
    plan = result["plan"]
    assert [name for name in plan["stages"] if name in ("fence", "backup", "migrate", "test", "reopen", "watch")] == [
        "fence",
        "backup",
        "migrate",
        "test",
        "reopen",
        "watch",
    ]
    assert plan["fence"]["edge"] is True
    assert "web" not in plan["fence"]["services"]
    assert plan["fence"]["irreversible"] == [f"{STUCK}_x.py"]
    told = [line["text"] for line in result["lines"] if line["mark"] == "warning"]
    assert any("downtime" in text and "maintenance page" in text for text in told)
    assert any(f"{STUCK}_x.py" in text for text in told)


def test_without_a_maintenance_page_the_deployment_ends_the_downtime(releases):
    plan = with_downtime(releases)["plan"]
    assert "reopen" not in plan["stages"]
    assert plan["stages"].index("fence") < plan["stages"].index("backup")
    assert (plan["fence"]["edge"], plan["fence"]["irreversible"]) == (False, [])


def test_a_release_without_downtime_has_no_fence(releases):
    plan = planned(releases, version="1.1.0")["plan"]
    assert plan["fence"] is None
    assert "fence" not in plan["stages"]


def test_an_irreversible_migration_without_a_backup_is_refused(releases):
    off = {"backup_enabled": False, "backup_disabled_reason": "no room"}
    with pytest.raises(EngineError) as caught:
        with_downtime(releases, "REVERSIBLE = False", **off)
    assert caught.value.text_id == "plan.fence_without_backup"


def test_the_consent_is_in_the_plan(releases):
    plan = planned(releases, version="1.1.0", rollback_database="restore")["plan"]
    assert plan["consents"] == {"rollback_database": "restore"}
    assert planned(releases, version="1.1.0")["plan"]["consents"] == {"rollback_database": None}
