# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.migration import stages_with
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.plan import (
    Observed,
    Request,
    build_plan,
    check_request,
    check_switches,
    rollback_plan,
)

ALL = ["preflight", "announce", "backup", "migrate", "deploy", "verify", "test", "watch", "conclude"]
DEFINITION = {
    "stack": "demo",
    "environment": "dev",
    "services": {"api": {}, "web": {"updatable": True}, "mongo": {"updatable": False}},
}


def request(**changes):
    return Request(**{"flow": "feature_update", "update_type": "feature", "requested_by": "marie@poste", **changes})


def security(severity="HIGH", **changes):
    flow = {"flow": "security_update", "update_type": "security", "vulnerability_id": "CVE-2026-0001"}
    return request(severity=severity, **{**flow, **changes})


def manifest(**changes):
    images = {"web": "benevoclic/web:1.1.0", "api": "benevoclic/api:1.1.0"}
    return {"schema": 1, "version": "1.1.0", "type": "feature", "images": images, "migrations": [], **changes}


SERVED = Observed("1.0.0", {"api": "benevoclic/api:1.0.0", "web": "benevoclic/web:1.0.0"}, "1.0.0")


def plan(the_request=None, the_manifest=None, observed=SERVED, registry=""):
    return build_plan(the_request or request(), the_manifest or manifest(), DEFINITION, observed, registry)


def test_an_update_without_migration():
    made = plan()
    assert made["stages"] == [name for name in ALL if name != "migrate"]
    assert (made["from_version"], made["to_version"], made["unchanged"]) == ("1.0.0", "1.1.0", False)
    assert made["services"] == ["api", "web"]
    assert (made["test_level"], made["suites"]) == ("FULL", ["test:regression", "test:database", "test:security"])
    assert made["policy"]["application_must_answer"] is True


def test_a_migration_adds_its_stage_after_the_backup():
    made = plan(None, manifest(migrations=["20240815_001"]))
    assert made["suites"] == ["test:regression", "test:database", "test:security"]
    assert stages_with(made["stages"], [{"phase": "before_deploy"}]) == ALL
    assert stages_with(made["stages"], []) == made["stages"]


def test_a_backup_that_is_switched_off_takes_its_stage_away_and_keeps_the_reason():
    made = plan(request(backup_enabled=False, backup_reason="an hour old"))
    assert "backup" not in made["stages"]
    assert (made["switches"]["backup"], made["switches"]["backup_reason"]) == (False, "an hour old")


@pytest.mark.parametrize("registry", ["127.0.0.1:5055", "127.0.0.1:5055/"])
def test_the_registry_goes_before_the_references(registry):
    assert plan(registry=registry)["images"]["api"] == "127.0.0.1:5055/benevoclic/api:1.1.0"


def test_only_the_services_of_the_manifest_are_touched():
    assert plan(None, manifest(images={"api": "a:1"}))["services"] == ["api"]


@pytest.mark.parametrize("name", ["mongo", "cache", 5])
def test_a_service_that_is_unknown_or_not_to_be_updated_is_refused(name):
    with pytest.raises(BadInput) as caught:
        plan(None, manifest(images={name: "x:1"}))
    assert (caught.value.text_id, caught.value.details["name"]) == ("plan.unknown_service", name)


AT_1_1 = {"api": "benevoclic/api:1.1.0", "web": "benevoclic/web:1.1.0"}


def test_a_release_that_is_there_and_was_verified_is_only_verified_again():
    made = plan(observed=Observed("1.1.0", AT_1_1, "1.1.0"))
    assert (made["unchanged"], made["stages"]) == (True, ["verify", "conclude"])


@pytest.mark.parametrize(
    "observed",
    [
        Observed("1.1.0", {**AT_1_1, "web": "benevoclic/web:1.0.0"}, "1.1.0"),
        Observed("1.1.0", {"api": AT_1_1["api"]}, "1.1.0"),
        Observed("1.1.0", AT_1_1, "1.0.0"),
        Observed("1.1.0", AT_1_1, None),
        Observed(None, AT_1_1, "1.1.0"),
    ],
    ids=["another image", "no image", "never verified", "no ledger", "nothing proved"],
)
def test_anything_less_is_an_update(observed):
    assert plan(observed=observed)["unchanged"] is False


@pytest.mark.parametrize("observed", [Observed("1.2.0", {}, "1.2.0"), Observed(None, {}, "1.2.0"), Observed("1.10.0")])
def test_an_update_does_not_go_back(observed):
    with pytest.raises(BadInput, match="plan.downgrade"):
        plan(observed=observed)


def test_the_type_must_be_the_manifests():
    with pytest.raises(BadInput) as caught:
        plan(None, manifest(type="maintenance"))
    assert caught.value.details == {"version": "1.1.0", "found": "maintenance", "expected": "feature"}


def test_a_manifest_may_tighten_the_tests_of_a_security_update_and_not_loosen_them():
    made = plan(security("CRITICAL"), manifest(type="security", test_level="CRITICAL_PATH"))
    assert (made["test_level"], set(made["suites"])) == ("CRITICAL_PATH", {"test:critical", "test:security"})
    with pytest.raises(BadInput, match="policy.loosened"):
        plan(security("LOW"), manifest(type="security", test_level="MINIMAL"))


def test_a_security_update_carries_its_deadline_and_does_not_wait_for_an_application_that_answers():
    made = plan(security("HIGH"), manifest(type="security"))
    assert (made["severity"], made["vulnerability_id"]) == ("HIGH", "CVE-2026-0001")
    assert (made["policy"]["deadline"], made["policy"]["application_must_answer"]) == ("WITHIN_2H", False)


@pytest.mark.parametrize(
    ("asked", "text_id"),
    [
        (security(None), "policy.severity"),
        (security("high"), "policy.severity"),
        (security(vulnerability_id=None), "request.vulnerability_id"),
        (request(severity="LOW"), "policy.severity_unexpected"),
        (request(update_type="hotfix"), "policy.update_type"),
    ],
)
def test_a_request_is_checked_before_anything_is_looked_at(asked, text_id):
    with pytest.raises(BadInput) as caught:
        check_request(asked, "dev")
    assert caught.value.text_id == text_id


@pytest.mark.parametrize("switch", ["backup", "rollback"])
def test_switches_need_a_reason_and_do_not_exist_in_production(switch):
    name = f"benevoclic_{switch}_enabled"
    off, why = {f"{switch}_enabled": False}, {f"{switch}_reason": "tried in dev"}
    for check in (check_request, check_switches):
        check(request(**off, **why), "staging")
        with pytest.raises(BadInput) as caught:
            check(request(**off), "dev")
        assert caught.value.details == {"name": name, "reason": f"benevoclic_{switch}_disabled_reason"}
        with pytest.raises(BadInput) as caught:
            check(request(**off, **why), "production")
        assert (caught.value.text_id, caught.value.details) == ("request.switch_in_production", {"name": name})
    check_request(request(), "production")


def test_a_rollback_backs_up_first_touches_what_can_be_updated_and_is_never_rolled_back():
    asked = request(flow="rollback", update_type="rollback", reason="bad")
    target = {"version": "1.0.0", "run_id": "R1", "which": "before"}
    made = rollback_plan(asked, DEFINITION, Observed("1.1.0", {}, "1.1.0"), target)
    assert made["stages"] == ["backup", "deploy", "verify", "conclude"]
    assert made["services"] == ["api", "web"]
    assert (made["from_version"], made["to_version"], made["target"]) == ("1.1.0", "1.0.0", target)
    assert made["switches"]["rollback"] is False
    off = request(flow="rollback", update_type="rollback", backup_enabled=False, backup_reason="x")
    assert rollback_plan(off, DEFINITION, Observed(None), target)["stages"] == ["deploy", "verify", "conclude"]
