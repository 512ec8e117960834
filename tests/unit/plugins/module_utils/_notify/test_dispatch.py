# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One event an audience, and the preview of what each channel would be sent."""

from __future__ import annotations

import html
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Delivery
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.dispatch import Dispatch, prepare
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.options import check
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.preview import write_preview

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
TOKEN = "tokentokentokentokentoken0123456789"
NUMBER = "+33612345678"
ENTRIES: list[dict[str, Any]] = [
    {"name": "#updates", "kind": "discord", "url": f"https://discord.com/api/webhooks/1234/{TOKEN}"},
    {"name": "#tech", "kind": "slack", "url": f"https://hooks.slack.com/services/T0/B0/{TOKEN}"},
    {"name": "team", "kind": "email", "to": ["a@x.org", "b@x.org"], "host": "smtp.x.org", "sender": "u@x.org"},
    {"name": "duty", "kind": "sms", "account": "AC" + "0" * 32, "token": TOKEN, "number": "+33100000000", "to": NUMBER},
    {"name": "list", "kind": "email"},
    {"name": "page", "kind": "webhook", "url": "https://status.x.org/hook"},
    {"name": "journal", "kind": "log", "file": "/nowhere/log.jsonl"},
    {"name": "old", "kind": "slack", "enabled": False},
]
AUDIENCES = {"users": {"enabled": True, "channels": ["list"]}, "partners": {"enabled": True}, "public": False}
NASTY = '<script>alert("x")</script> @everyone & ``` {braces} <!channel> </div></main>'


def prepared(**options: Any) -> Dispatch:
    given = {"status": "error", "update_type": "feature", "audiences": AUDIENCES, **options}
    check(given)
    return prepare(given, read_channels(ENTRIES, {}), NOW, "fr", ["vps-1.x.org", "production"])


def previewed(folder: Path, **options: Any) -> tuple[str, str, Dispatch]:
    dispatch = prepared(**options)
    delivery = Delivery(lambda: pytest.fail("a preview opens nothing"), SystemClock(), "fr")
    text, page = write_preview(folder, delivery.preview(dispatch.posts), dispatch, "fr")
    return text.read_text(), page.read_text(), dispatch


def test_each_channel_gets_its_audiences_words() -> None:
    dispatch = prepared(message="trace sur vps-1.x.org", environment="production")
    events = {channel.entry.name: event for channel, event in dispatch.posts}
    assert events["#updates"] is events["duty"] is dispatch.event
    assert "vps-1.x.org" in events["#updates"].body
    assert events["list"].audience == "users"
    assert "vps-1" not in events["list"].body
    assert dict(events["list"].fields)["Statut"] == "Problème détecté"


def test_the_team_reads_who_else_hears_it_and_outsiders_read_of_themselves() -> None:
    dispatch = prepared(status="announced")
    recipients = {event.audience: dict(event.fields)["Destinataires"] for _channel, event in dispatch.posts}
    assert recipients == {"internal": "l'équipe, utilisateurs", "users": "utilisateurs"}


def test_our_hosts_are_hidden_and_a_mere_word_is_not() -> None:
    dispatch = prepared(status="success", communication={"notes": "mise en production sur vps-1.x.org"})
    event = next(event for _channel, event in dispatch.posts if event.audience == "users")
    assert dict(event.fields)["Notes importantes"] == "mise en production sur […]"


def test_an_audience_without_a_channel_is_a_warning_where_it_matters() -> None:
    assert [line["mark"] for line in prepared().lines] == ["warning"]
    assert "partenaires" in prepared().lines[0]["text"]
    assert prepared(update_type="dependency").lines == ()


def test_what_is_held_back_by_the_hour_is_said() -> None:
    timing = {"quiet_hours": {"start": "12:00", "end": "14:00"}, "on_failure": True}
    dispatch = prepared(status="pre_update", update_type="security", severity="HIGH", timing=timing)
    assert dispatch.lines[0] == {
        "mark": "info",
        "text": "Notification : duty n'est pas prévenu, heures calmes (12:00-14:00)",
    }
    assert "duty" in dispatch.held


def test_the_teams_support_is_everywhere_unless_the_message_has_its_own() -> None:
    own = prepared(status="success", support="aide@x.org", communication={"support": "autre@x.org"}).event
    assert dict(own.fields)["Support"] == "autre@x.org"
    assert dict(prepared(status="success", support="aide@x.org").event.fields)["Support"] == "aide@x.org"


def test_the_preview_holds_every_channel_in_text_and_as_a_page(tmp_path: Path) -> None:
    text, page, _dispatch = previewed(tmp_path / "new" / "folder", message="cause", reason="disque plein")
    for name in ("#updates", "#tech", "team", "duty", "list", "journal"):
        assert f"=== {name} (" in text
        assert f"<h2>{name} " in page
    assert "To: a@x.org, b@x.org" in text
    assert "canal sans adresse" in text
    assert "1 SMS" in text
    assert 'style="border-color:#ff0000"' in page
    assert (tmp_path / "new" / "folder" / "notifications.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("status", ["announced", "in_progress", "success", "error", "rollback", "incident"])
def test_the_preview_has_no_secret_and_a_page_that_runs_and_fetches_nothing(tmp_path: Path, status: str) -> None:
    options = {"message": NASTY, "reason": NASTY, "log": NASTY, "communication": {"features": [NASTY, NASTY]}}
    links = [{"name": NASTY, "url": "https://x.org/?a=1&b=2"}]
    text, page, _dispatch = previewed(tmp_path, status=status, links=links, fields={NASTY: NASTY}, **options)
    for secret in (TOKEN, NUMBER, NUMBER.lstrip("+")):
        assert secret not in text + page
    assert "<script" not in page.lower()
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")
    assert page.count("</main>") == 1
    assert "alert(" in html.unescape(page)


def test_progress_comes_from_the_stages_and_the_announced_duration() -> None:
    progress = {"stages": ["preflight", "announce", "backup", "deploy"], "stage": "deploy"}
    options = {"status": "in_progress", "progress": progress}
    event = prepared(**options, communication={"duration_minutes": 40}).event
    assert (event.percent, event.remaining_seconds) == (75, 600)
    assert dict(event.fields)["Temps restant"] == "10 min"
    unknown = prepared(**options).event
    assert (unknown.percent, unknown.remaining_seconds) == (75, None)
    assert prepared(**options, percent=80).event.percent == 80


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed) as caught:
        previewed(tmp_path / "file" / "folder")
    assert caught.value.text_id == "file.unwritable"


@pytest.mark.parametrize(
    "options",
    [
        {"unknown": 1},
        {"reminder": "yes"},
        {"log": ["x"]},
        {"target": {}},
        {"preview_dir": 1},
        {"templates_dir": "/none/such"},
        {"timing": []},
        {"audiences": "users"},
        {"routes": {"success": "x"}},
        {"already": ["x"]},
        {"budget_seconds": 0},
        {"locale": "de"},
        {"to_version": 1.1},
        {"status": "done"},
        {"progress": {"stages": ["a"], "stage": "b"}},
        {"progress": {"stages": "ab", "stage": "a"}},
        {"progress": ["a"]},
    ],
    ids=str,
)
def test_bad_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        prepared(**options)
