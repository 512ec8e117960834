# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wording of events, in both languages."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import UPDATE_TYPES, compose
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

AT = datetime(2026, 11, 22, tzinfo=timezone.utc)


def made(locale: str = "fr", **options: Any) -> Event:
    return compose(options, AT, locale)


def test_security_says_cve_severity_and_deadline() -> None:
    facts = {
        "update_type": "security",
        "to_version": "1.1.1",
        "environment": "production",
        "vulnerability_id": "CVE-2026-0001",
        "severity": "CRITICAL",
        "deadline": "IMMEDIATE",
    }
    event = made(status="pre_update", **facts)
    assert event.title == "Mise à jour de sécurité"
    assert event.body == (
        "🔄 Mise à jour de sécurité v1.1.1 en cours sur production\n"
        "Vulnérabilité CVE-2026-0001, sévérité CRITICAL, délai : immédiat."
    )
    english = made("en", status="pre_update", **facts)
    assert "Vulnerability CVE-2026-0001, severity CRITICAL, deadline: immediate." in english.body


def test_rollback_says_where_to_and_why() -> None:
    event = made(
        status="rollback",
        update_type="feature",
        from_version="1.0.0",
        to_version="1.1.0",
        reason="Échec de la mise à jour",
    )
    assert event.lead == (
        "🔄 Rollback vers 1.0.0 effectué (Mise à jour fonctionnelle v1.1.0) - Raison : Échec de la mise à jour"
    )


def test_the_callers_message_follows_the_sentence() -> None:
    event = made(status="error", update_type="maintenance", message="disque plein")
    assert event.body == "❌ Mise à jour de maintenance : échec\n\ndisque plein"


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("status", list(STATUSES))
def test_every_status_and_type_has_whole_sentences(locale: str, status: str) -> None:
    for update_type in (*UPDATE_TYPES, None):
        event = made(locale, status=status, update_type=update_type)
        assert event.title
        assert event.lead
        assert "{" not in event.title + event.body


@pytest.mark.parametrize("status", ["Success", "failed", "", None, 3, ["success"]])
def test_unknown_status_is_refused_with_the_list(status: object) -> None:
    with pytest.raises(BadInput) as caught:
        made(status=status)
    assert caught.value.text_id == "notify.status_unknown"
    assert "pre_update, in_progress, success, warning, error, rollback" in str(caught.value.details["allowed"])


@pytest.mark.parametrize(("name", "value"), [("update_type", "hotfix"), ("severity", "critical")])
def test_unknown_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        made(status="success", **{name: value})
    assert caught.value.details["name"] == name


def test_fields_as_dict_or_list_and_in_order() -> None:
    as_dict = made(status="success", fields={"Services": ["api", "web"], "Rien": None})
    as_list = made(
        status="success", fields=[{"name": "Services", "value": ["api", "web"]}, {"name": "Rien", "value": None}]
    )
    assert as_dict.fields == as_list.fields == (("Services", "api, web"), ("Rien", "-"))


@pytest.mark.parametrize("fields", ["text", [1], [{"name": "x"}], 5])
def test_fields_of_another_form_are_refused(fields: object) -> None:
    with pytest.raises(BadInput):
        made(status="success", fields=fields)
