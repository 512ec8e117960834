# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""announce.yml and notify.yml as people type them: what is due, what is sent to whom once, what a preview writes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from receivers.discord import TOKEN, DiscordReceiver, running_receiver

CLONE = Path(__file__).resolve().parents[2]
INVENTORY = """
benevoclic:
  hosts:
    vps-4711.benevoclic.example:
      ansible_connection: local
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""
TWO_WEEKS = timedelta(days=14)


@pytest.fixture(name="receiver")
def receiver_fixture() -> Iterator[DiscordReceiver]:
    yield from running_receiver()


class Team:
    """A controller with an inventory, a host's state, and two audiences."""

    def __init__(self, folder: Path, receiver: DiscordReceiver) -> None:
        self.folder = folder
        (folder / "state").mkdir()
        (folder / "hosts.yml").write_text(INVENTORY)
        channels = [
            {"name": "#updates", "kind": "discord", "url": receiver.url},
            {"name": "journal", "kind": "log", "file": str(folder / "team.jsonl")},
            {"name": "list", "kind": "log", "file": str(folder / "users.jsonl")},
        ]
        self.given: dict[str, Any] = {
            "benevoclic_environment": "production",
            "benevoclic_state_dir": str(folder / "state"),
            "benevoclic_releases_dir": str(CLONE / "demo" / "releases"),
            "benevoclic_notification_channels": channels,
            "benevoclic_notification_audiences": {"users": {"enabled": True, "channels": ["list"]}},
            "benevoclic_notification_ledger_dir": str(folder / "sent"),
            "benevoclic_notification_preview_dir": str(folder / "preview"),
        }

    def run(self, playbook: str, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        (self.folder / "given.json").write_text(json.dumps({**self.given, **more}))
        argv = ["ansible-playbook", "-i", str(self.folder / "hosts.yml"), "-e", f"@{self.folder / 'given.json'}"]
        argv += [f"playbooks/{playbook}.yml", *arguments]
        # no terminal and no answer: what AWX gives
        return subprocess.run(
            argv, cwd=CLONE, env={**os.environ}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    def announce(
        self, version: str, before: timedelta, *arguments: str, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        at = (datetime.now(timezone.utc) + before).strftime("%Y-%m-%dT%H:%MZ")
        return self.run("announce", "-e", f"version={version}", "-e", f"at={at}", *arguments, **more)

    def told(self, audience: str) -> list[dict[str, Any]]:
        path = self.folder / f"{audience}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture(name="team")
def team_fixture(tmp_path: Path, receiver: DiscordReceiver) -> Team:
    return Team(tmp_path, receiver)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_an_announcement_is_sent_when_it_is_due_and_once(team: Team, receiver: DiscordReceiver) -> None:
    early = team.announce("1.1.0", timedelta(days=30))
    assert early.returncode != 0
    assert "il est trop tôt" in said(early)
    assert "relancez à partir de" in said(early)
    late = team.announce("1.1.0", timedelta(hours=1))
    assert late.returncode != 0
    assert "il est trop tard" in said(late)
    assert "choisissez une date à partir de" in said(late)
    assert (receiver.requests, team.told("team"), team.told("users")) == (0, [], [])

    at = (datetime.now(timezone.utc) + TWO_WEEKS).strftime("%Y-%m-%dT%H:%MZ")
    words = ["-e", "version=1.1.0", "-e", f"at={at}"]
    due = team.run("announce", *words)
    assert due.returncode == 0, due.stdout
    assert "Prochain message : rappel à partir de" in said(due)
    embed = receiver.accepted[0]["embeds"][0]
    assert embed["color"] == 0x0099FF
    fields = {field["name"]: field["value"] for field in embed["fields"]}
    assert fields["Impact utilisateur"] == "Aucun"
    assert fields["Durée estimée"] == "10 min"
    assert "bénévole choisit" in fields["Nouvelles fonctionnalités"]
    assert fields["Destinataires"] == "l'équipe, utilisateurs"

    users = team.told("users")
    assert [message["audience"] for message in users] == ["users"]
    told = json.dumps(users, ensure_ascii=False)
    assert "Fonctionnelle" in told
    for ours in ("1.1.0", "vps-4711", "production", "1.0.0"):
        assert ours not in told

    again = team.run("announce", *words)
    assert again.returncode == 0, again.stdout
    assert "changed=0" in again.stdout
    assert "déjà annoncée" in said(again)
    # another controller, which has no memory of its own
    elsewhere = team.run("announce", *words, benevoclic_notification_ledger_dir=str(team.folder / "other"))
    assert elsewhere.returncode == 0, elsewhere.stdout
    assert (len(receiver.accepted), len(team.told("team")), len(team.told("users"))) == (1, 1, 1)


def test_a_reminder_follows_the_announcement_and_consent_makes_it_late(team: Team, receiver: DiscordReceiver) -> None:
    at = (datetime.now(timezone.utc) + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%MZ")
    words = ["-e", "version=1.1.0", "-e", f"at={at}"]
    consented = team.run("announce", *words, "-e", '{"override_calendar": "date déjà publiée"}')
    assert consented.returncode == 0, consented.stdout
    assert "Annonce tardive" in said(consented)
    reminded = team.run("announce", *words)
    assert reminded.returncode == 0, reminded.stdout
    assert "Rappel de 1.1.0" in said(reminded)
    assert "Aucun autre message" in said(reminded)
    assert [("Rappel" in embed["embeds"][0]["description"]) for embed in receiver.accepted] == [False, True]
    assert "rappel" in team.told("users")[1]["message"]
    assert "changed=0" in team.run("announce", *words).stdout
    assert len(receiver.accepted) == 2


def test_a_channel_that_failed_is_tried_again_and_the_others_are_not_told_twice(
    team: Team, receiver: DiscordReceiver
) -> None:
    team.given["benevoclic_notification_channels"][2]["file"] = str(team.folder / "state")
    first = team.announce("1.1.1", timedelta(hours=5))
    assert first.returncode == 0, first.stdout
    assert "list n'a pas pu être prévenu" in said(first)
    recorded = json.loads((team.folder / "state" / "benevoclic" / "announcements.json").read_text())["announcements"]
    assert [record["whole"] for record in recorded] == [False]
    team.given["benevoclic_notification_channels"][2]["file"] = str(team.folder / "users.jsonl")
    second = team.run("announce", "-e", "version=1.1.1", "-e", f"at={recorded[0]['at']}")
    assert second.returncode == 0, second.stdout
    assert (len(receiver.accepted), len(team.told("team")), len(team.told("users"))) == (1, 1, 1)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2099-01-01", "une date ISO 8601 avec un T"),
        ("2099-01-01 10:00", "des mots en trop"),
    ],
)
def test_a_date_is_read_with_care(team: Team, receiver: DiscordReceiver, at: str, words: str) -> None:
    done = team.run("announce", "-e", "version=1.1.0", "-e", f"at={at}")
    assert done.returncode != 0
    assert words in said(done)
    assert "Traceback" not in said(done)
    assert receiver.requests == 0


def test_a_preview_is_written_and_nothing_is_sent(team: Team, receiver: DiscordReceiver) -> None:
    before = sorted(path.name for path in team.folder.rglob("*"))
    done = team.announce("1.1.0", timedelta(days=30), "--check")
    assert done.returncode == 0, done.stdout
    assert "Hors essai, ceci serait refusé" in said(done)
    page = (team.folder / "preview" / "notifications.html").read_text()
    assert "Préférences" not in page
    assert "bénévole choisit" in page
    text = (team.folder / "preview" / "notifications.txt").read_text()
    assert "=== list (log - utilisateurs" in text
    assert TOKEN not in page + text + done.stdout
    notified = team.run("notify", "--check", "-e", "status=error", "-e", "update_type=security", "-e", "version=1.1.1")
    assert notified.returncode == 0, notified.stdout
    assert "échec" in (team.folder / "preview" / "notifications.txt").read_text()
    assert receiver.requests == 0
    added = {"preview", "notifications.html", "notifications.txt", "given.json"}
    assert sorted({path.name for path in team.folder.rglob("*")} - added) == before


def test_notify_tells_in_the_teams_own_words(team: Team, receiver: DiscordReceiver) -> None:
    (team.folder / "words" / "fr").mkdir(parents=True)
    template = team.folder / "words" / "fr" / "success.yml"
    template.write_text("lead: 'Version {to_version} en ligne sur {environment}'\nbody: 'Merci. {message}'\n")
    given = {"benevoclic_notification_templates_dir": str(team.folder / "words")}
    words = ["-e", "status=success", "-e", "update_type=feature", "-e", "version=1.1.0"]
    done = team.run("notify", *words, "-e", '{"message": "l\'été {reason} <b>"}', **given)
    assert done.returncode == 0, done.stdout
    assert receiver.accepted[0]["embeds"][0]["title"] == "Mise à jour fonctionnelle"
    assert team.told("team")[0]["message"] == "Version 1.1.0 en ligne sur production\n\nMerci. l'été {reason} <b>"
    template.write_text("lead: '{versoin}'\n")
    wrong = team.run("notify", *words, **given)
    assert wrong.returncode != 0
    assert "« versoin »" in said(wrong)
    refused = team.run("notify", "-e", "status=done", "-e", "update_type=feature")
    assert refused.returncode != 0
    assert "announced, pre_update, in_progress, success, warning, error, rollback, incident, resolved" in said(refused)
    assert len(receiver.accepted) == 1
