# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wording of events, in both languages."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.discretion import Discretion
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import INTERNAL, Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.facts import UPDATE_TYPES, UPDATES
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import Style, compose
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import EXTERNAL, STATUSES

AT = datetime(2026, 11, 22, tzinfo=timezone.utc)
LOCALES = ("fr", "en")
AUDIENCES = (INTERNAL, *EXTERNAL)
HOST = "vps-4711.benevoclic.example"
EVERYTHING: dict[str, Any] = {
    "stack": "pile-interne",
    "environment": "recette-7",
    "from_version": "2.7.1",
    "to_version": "2.8.0",
    "vulnerability_id": "CVE-2026-0001",
    "severity": "CRITICAL",
    "deadline": "IMMEDIATE",
    "reason": "disque plein sur 10.1.2.3",
    "target": "20240815_001",
    "level": "minor",
    "backup_id": "20261122T071500Z-b",
    "run_id": "20261122T071500Z-feature-2.8.0",
    "percent": 42,
    "remaining_seconds": 90,
    "duration_seconds": 3700,
    "documents": 1000000,
    "message": "Traceback (most recent call last):\n  File \"/srv/api/app.py\", line 3\nKeyError: 'x'",
    "log": "Error: boom\n    at start (/srv/api/main.js:1:2)",
    "links": [{"name": "Exécution", "url": "https://awx.interne.example/jobs/1"}],
    "fields": {"Services": ["api", "web"]},
    "communication": {
        "at": "2026-11-24T20:00:00Z",
        "duration_minutes": 90,
        "impact": "low",
        "features": ["Préférences", "Annonces en deux langues"],
        "fixes": "Courriels en double",
        "actions": ["Vider le cache"],
        "notes": f"Suivi sur {HOST} port 3000, v2.8.0, 192.168.1.9:27017",
        "support": "support@benevoclic.fr",
        "description": f"TypeError: boum\n    at f (/srv/x.js:1:2)\nLe service {HOST} ne répond plus",
        "ongoing": "Retour à 2.7.1 en cours",
        "resolution_minutes": 30,
    },
}
INTERNALS = (
    "pile-interne",
    "recette-7",
    "2.7.1",
    "2.8.0",
    "10.1.2.3",
    "192.168",
    HOST,
    "vps-4711",
    "/srv",
    "Traceback",
)
INTERNALS += ("KeyError", "TypeError", "boom", "awx.interne", "20261122T071500Z", "20240815_001", "main.js")


def made(locale: str = "fr", audience: str = INTERNAL, style: Style | None = None, **options: Any) -> Event:
    return compose(options, AT, locale, audience, style)


def told(event: Event) -> str:
    """All that a channel may show of it."""
    pairs = [part for pair in (*event.fields, *event.links) for part in pair]
    facts = [f"{name} {value}" for name, value in event.facts.items()]
    return "\n".join([event.title, event.subject, event.summary, event.body, event.log, *pairs, *facts])


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


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", list(STATUSES))
@pytest.mark.parametrize("known", [EVERYTHING, {}], ids=["everything", "nothing"])
def test_every_status_flow_and_audience_has_whole_sentences(locale: str, status: str, known: dict[str, Any]) -> None:
    for update_type in (*UPDATE_TYPES, None):
        for audience in AUDIENCES:
            for reminder in (False, True):
                options = {**known, "status": status, "update_type": update_type, "reminder": reminder}
                event = made(locale, audience, **options)
                assert event.title
                assert event.lead
                assert event.subject
                assert event.summary
                assert "{" not in told(event)
                assert "None" not in told(event)
                assert "\n" not in event.summary + event.subject
                assert all(name and value for name, value in event.fields)
                assert (event.audience, event.locale) == (audience, locale)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("audience", EXTERNAL)
@pytest.mark.parametrize("status", list(STATUSES))
def test_outsiders_never_read_hosts_traces_or_internal_versions(locale: str, audience: str, status: str) -> None:
    style = Style(discretion=Discretion((HOST, "vps-4711")))
    for update_type in (*UPDATE_TYPES, None):
        event = made(locale, audience, style, **EVERYTHING, status=status, update_type=update_type)
        found = [word for word in INTERNALS if word in told(event)]
        assert found == [], told(event)


@pytest.mark.parametrize("audience", EXTERNAL)
def test_outsiders_read_what_was_written_for_them(audience: str) -> None:
    event = made("fr", audience, **EVERYTHING, status="announced", update_type="feature")
    fields = dict(event.fields)
    assert fields["Nouvelles fonctionnalités"] == "• Préférences\n• Annonces en deux langues"
    assert fields["Date prévue"] == "mardi 24 novembre 2026 à 21:00 (Europe/Paris)"
    security = made("fr", audience, **EVERYTHING, status="success", update_type="security")
    assert "Vulnérabilité CVE-2026-0001, sévérité CRITICAL, délai : immédiat." in security.lead


PLANNED = ["Type de mise à jour", "Date prévue", "Durée estimée", "Impact utilisateur", "Nouvelles fonctionnalités"]
PLANNED += ["Corrections", "Actions requises", "Destinataires"]
PROBLEM = ["Statut", "Description", "Actions en cours", "Temps de résolution estimé"]
MANUAL = {
    "announced": PLANNED,
    "in_progress": ["Statut", "Progression", "Temps restant"],
    "success": ["Statut", "Nouvelles fonctionnalités", "Notes importantes", "Support"],
    "error": PROBLEM,
    "rollback": PROBLEM,
    "incident": PROBLEM,
}
"""The four communications of the manual, §4.1."""


@pytest.mark.parametrize("status", MANUAL)
@pytest.mark.parametrize("known", [EVERYTHING, {}], ids=["everything", "nothing"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_manuals_communications_have_every_field(status: str, known: dict[str, Any], audience: str) -> None:
    for update_type in UPDATES:
        fields = dict(made("fr", audience, **{**known, "status": status, "update_type": update_type}).fields)
        assert [name for name in MANUAL[status] if not fields.get(name)] == []


def test_the_manuals_values_are_in_their_fields() -> None:
    announced = made(status="announced", update_type="feature", **EVERYTHING)
    assert announced.subject == "Mise à jour Benevoclic - Fonctionnelle - mardi 24 novembre 2026 à 21:00 (Europe/Paris)"
    fields = dict(announced.fields)
    assert (fields["Durée estimée"], fields["Impact utilisateur"]) == ("1 h 30 min", "Faible")
    assert (fields["Corrections"], fields["Actions requises"]) == ("Courriels en double", "Vider le cache")
    during = dict(made(status="in_progress", update_type="feature", **EVERYTHING).fields)
    assert (during["Progression"], during["Temps restant"]) == ("42 %", "2 min")
    done = dict(made(status="success", update_type="feature", **EVERYTHING).fields)
    assert (done["Statut"], done["Support"]) == ("Mise à jour terminée avec succès", "support@benevoclic.fr")
    problem = dict(made(status="error", update_type="feature", **EVERYTHING).fields)
    assert problem["Statut"] == "Problème détecté"
    assert problem["Temps de résolution estimé"] == "30 min"


FLOWS = [
    ("success", "security", "🚨 Mise à jour de sécurité CVE-2026-0001 déployée sur recette-7 - Sévérité : CRITICAL"),
    ("success", "migration", "🗄️ Migration de la base de données vers 20240815_001 terminée sur recette-7"),
    ("success", "dependency", "📦 Mise à jour des dépendances minor terminée sur recette-7"),
    ("success", "feature", "✅ Mise à jour fonctionnelle v2.8.0 réussie sur recette-7"),
    ("pre_update", "maintenance", "🔄 Mise à jour de maintenance v2.8.0 en cours sur recette-7"),
    ("rollback", "rollback", "🔄 Rollback vers 2.8.0 effectué sur recette-7 - Raison : disque plein sur 10.1.2.3"),
    ("success", "restore", "✅ Restauration de la sauvegarde 20261122T071500Z-b terminée sur recette-7"),
    ("error", "migration", "❌ Migration de la base de données vers 20240815_001 : échec sur recette-7 - Raison : "),
    ("incident", "incident", "🚨 INCIDENT CRITICAL sur recette-7 - Raison : disque plein sur 10.1.2.3"),
]


@pytest.mark.parametrize(("status", "update_type", "lead"), FLOWS)
def test_each_flow_says_what_the_manual_says(status: str, update_type: str, lead: str) -> None:
    assert made(status=status, update_type=update_type, **EVERYTHING).lead.startswith(lead)


def test_a_migration_tells_its_target_counts_and_duration() -> None:
    fields = dict(made(status="success", update_type="migration", **EVERYTHING).fields)
    assert (fields["Cible"], fields["Documents traités"], fields["Durée"]) == ("20240815_001", "1000000", "1 h 2 min")
    assert "Nouvelles fonctionnalités" in fields
    bare = dict(made(status="success", update_type="migration", target="x").fields)
    assert bare == {"Cible": "x"}


@pytest.mark.parametrize(
    ("status", "severity", "urgency"),
    [
        ("announced", None, 0),
        ("announced", "CRITICAL", 3),
        ("success", "CRITICAL", 1),
        ("error", "LOW", 3),
        ("incident", "LOW", 0),
        ("incident", None, 3),
        ("rollback", "MEDIUM", 2),
    ],
)
def test_severity_raises_bad_news_only(status: str, severity: str | None, urgency: int) -> None:
    assert made(status=status, severity=severity).urgency == urgency


def test_what_goes_wrong_is_not_cut_with_its_log() -> None:
    event = made(status="error", update_type="feature", **EVERYTHING)
    assert event.log == EVERYTHING["log"]
    assert "boom" not in event.body
    assert event.links == (("Exécution", "https://awx.interne.example/jobs/1"),)
    assert (event.percent, event.remaining_seconds) == (42, 90)


@pytest.mark.parametrize("status", [name for name in STATUSES if name not in ("incident", "resolved")])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_security_update_fits_a_text_message_with_cve_severity_and_deadline(status: str, audience: str) -> None:
    reason = "la page de connexion ne répond plus " * 9
    known = {**EVERYTHING, "environment": "production", "reason": reason, "status": status, "update_type": "security"}
    summary = made("fr", audience, **known).summary
    assert ("la page de" in summary) is (audience == INTERNAL and status in ("error", "rollback", "warning"))
    assert all(word in summary[:160] for word in ("CVE-2026-0001", "CRITICAL", "immédiat"))


@pytest.mark.parametrize(
    ("severity", "deadline"),
    [("CRITICAL", "immédiat"), ("HIGH", "sous 2 heures"), ("MEDIUM", "sous 24 heures"), ("LOW", "sous une semaine")],
)
def test_the_deadline_of_a_security_update_is_the_policys_unless_it_is_given(severity: str, deadline: str) -> None:
    options = {"status": "success", "update_type": "security", "severity": severity}
    assert dict(made(**options).fields)["Délai"] == deadline
    assert dict(made(**options, deadline="ce soir").fields)["Délai"] == "ce soir"
    assert "Délai" not in dict(made(status="incident", update_type="incident", severity=severity).fields)


HOSTILE = ["{0.__class__}", "{reason}", "%s", "<script>", "@everyone", "a\r\nBcc: x@y", "\ud800", "{", "🙂" * 3000]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_text(value: str) -> None:
    event = made(status="error", update_type="feature", reason=value, message=value, communication={"notes": value})
    assert value.strip() in event.message
    assert "\n" not in event.subject
    assert "\r" not in event.subject
    outside = made("fr", "users", status="success", update_type="feature", communication={"notes": value})
    assert "Notes importantes" in dict(outside.fields)


@pytest.mark.parametrize("status", ["Success", "failed", "", None, 3, ["success"]])
def test_unknown_status_is_refused_with_the_list(status: object) -> None:
    with pytest.raises(BadInput) as caught:
        made(status=status)
    assert caught.value.text_id == "notify.status_unknown"
    assert "pre_update, in_progress, success, warning, error, rollback" in str(caught.value.details["allowed"])


@pytest.mark.parametrize(
    "options",
    [
        {"update_type": "hotfix"},
        {"severity": "critical"},
        {"percent": 101},
        {"percent": "half"},
        {"percent": True},
        {"remaining_seconds": -1},
        {"documents": "nan"},
        {"communication": []},
        {"communication": {"impacts": "low"}},
        {"communication": {"impact": "LOW"}},
        {"communication": {"at": "2026-11-24"}},
        {"communication": {"features": [{"a": 1}]}},
        {"communication": {"support": ["x"]}},
        {"links": ["https://x.example"]},
        {"links": [{"url": "javascript:alert(1)"}]},
        {"links": [{"url": 'https://x.example/">'}]},
    ],
    ids=str,
)
def test_unknown_values_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        made(status="success", **options)


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
