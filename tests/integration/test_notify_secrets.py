# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries: every channel, every outcome, every verbosity; no address, token, password or number is seen anywhere."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock
from urllib.parse import quote

import notify_rig as rig
import pytest
from receivers import discord, hook, mail, slack, twilio
from receivers.certificates import Authority
from receivers.discord import DiscordReceiver
from receivers.hook import HookReceiver
from receivers.mail import MailServer
from receivers.slack import SlackReceiver
from receivers.twilio import TwilioReceiver
from receivers.web import Behaviour, HttpReceiver

from ansible_collections.benevoclic.updates.plugins.action.notification_send import ActionModule

CLONE = Path(__file__).resolve().parents[2]
PASSWORDS = ("cAnArY-wrong-passw0rd", mail.PASSWORD)
NUMBERS = [twilio.NUMBER, "+33123456789", "+33612345678", twilio.OPTED_OUT]
TOKENS = [discord.TOKEN, slack.TOKEN, twilio.TOKEN, twilio.ACCOUNT, hook.SECRET, hook.TOKEN, *PASSWORDS]
BASIC = base64.b64encode(f"{twilio.ACCOUNT}:{twilio.TOKEN}".encode()).decode()
PLAIN = [base64.b64encode(f"\0{mail.USER}\0{password}".encode()).decode() for password in PASSWORDS]
CANARIES = [
    *TOKENS,
    *(number[1:] for number in NUMBERS),
    "6 12 34 56 78",
    BASIC,
    *PLAIN,
    *(quote(number, safe="") for number in NUMBERS),
    *(base64.b64encode(token.encode()).decode().rstrip("=")[:-2] for token in TOKENS),
]
KNOWN = " ".join([*TOKENS, twilio.NUMBER, "+33123456789", "+33612345678"])
ECHO = " ".join([*TOKENS, *NUMBERS, BASIC])
OUTCOMES: dict[str, Behaviour | None] = {
    "sent": None,
    "gone": Behaviour(404, body={"message": f"Unknown {ECHO}", "code": 10015}),
    "refused": Behaviour(400, body={"message": ECHO, "code": 21211}),
    "refused in text": Behaviour(400, body=ECHO),
    "account": Behaviour(401, body={"message": ECHO, "code": 20003}),
    "limited": Behaviour(429, body={"message": ECHO}, headers={"Retry-After": "60"}),
    "trouble": Behaviour(500, body=ECHO),
    "odd": Behaviour(200, body=ECHO),
    "slow": Behaviour(wait=60),
    "reset": Behaviour(reset=True),
}
WEB: dict[str, tuple[type[HttpReceiver[Any]], Any]] = {
    "discord": (DiscordReceiver, rig.discord_entry),
    "slack": (SlackReceiver, rig.slack_entry),
    "sms": (TwilioReceiver, lambda url: rig.sms_entry(url, to=rig.NUMBERS)),
    "webhook": (HookReceiver, rig.hook_entry),
}


@dataclass
class World:
    """Every channel in every mood: its entry, by the name that says kind and outcome."""

    folder: Path
    entries: list[dict[str, Any]] = field(default_factory=list)

    def add(self, entry: dict[str, Any], outcome: str) -> None:
        self.entries.append({**entry, "name": f"{entry['kind']} {outcome}"})


@pytest.fixture(name="world", scope="module")
def world_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("canaries"))
    authority = Authority(world.folder)
    with ExitStack() as stack:
        for receiver_class, entry in WEB.values():
            for outcome, behaviour in OUTCOMES.items():
                receiver = stack.enter_context(receiver_class())
                receiver.forever = behaviour
                world.add(entry(receiver.url), outcome)
            world.add(entry(stack.enter_context(receiver_class(authority.context())).url), "wrong certificate")
            world.add(entry(receiver.url.replace("127.0.0.1", "nowhere.invalid").replace("http:", "https:")), "nowhere")
        _mail(world, stack, authority)
        yield world


def _mail(world: World, stack: ExitStack, authority: Authority) -> None:
    good = stack.enter_context(MailServer(starttls=authority.context()))
    world.add(rig.mail_entry(good.port, authority.file), "sent")
    world.add(rig.mail_entry(good.port, authority.file, password=PASSWORDS[0]), "account")
    full = stack.enter_context(MailServer(starttls=authority.context()))
    full.refused = set(rig.RECIPIENTS)
    world.add(rig.mail_entry(full.port, authority.file), "refused")
    expired = stack.enter_context(MailServer(starttls=authority.context(ends=timedelta(days=-1))))
    world.add(rig.mail_entry(expired.port, authority.file), "wrong certificate")
    stripped = stack.enter_context(MailServer(account=False))
    world.add(rig.mail_entry(stripped.port, authority.file), "stripped")
    world.add(rig.mail_entry(9, authority.file), "nowhere")


def canaries_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def acted(arguments: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """What the action gives to Ansible, which shows it or keeps it."""
    task = SimpleNamespace(args=arguments, check_mode=check_mode, async_val=0, diff=False)
    action = ActionModule(task, MagicMock(), MagicMock(), MagicMock(), MagicMock(), MagicMock())
    return action.run(task_vars={})


TOLD = {
    "status": "error",
    "update_type": "feature",
    "to_version": "1.1.0",
    "stack": "demo",
    "run_id": "r-1",
    "budget_seconds": 2,
}


def test_the_canaries_would_be_found(world: World) -> None:
    assert len(world.entries) == 4 * (len(OUTCOMES) + 2) + 6
    given = json.dumps(world.entries)
    assert set(TOKENS) <= set(canaries_in(given))


def test_no_result_ledger_or_preview_holds_a_secret(world: World, tmp_path: Path) -> None:
    # a team's own text that repeats a secret is not passed on to the other channels either
    arguments = {**TOLD, "channels": world.entries, "ledger_dir": str(tmp_path), "message": f"échec de {KNOWN}"}
    result = acted(arguments)
    outcomes = {item["name"]: item["outcome"] for item in result["results"]}
    assert {name for name, outcome in outcomes.items() if outcome == "sent"} == {
        "discord sent",
        "discord odd",
        "slack sent",
        "sms sent",
        "webhook sent",
        "webhook odd",
        "email sent",
    }, result["lines"]
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert written.count('"outcome": "sent"') == 9
    assert canaries_in(json.dumps(result, ensure_ascii=False) + written) == []
    preview = acted(arguments, check_mode=True)
    assert preview["preview"]["sms sent"][0]["To"] == "********"
    assert canaries_in(json.dumps(preview, ensure_ascii=False)) == []


BAD = {
    "discord": {"url": f"https://discord.com/webhook/{discord.TOKEN}"},
    "slack": {"url": f"https://hooks.slack.com/{slack.TOKEN}"},
    "sms": {"to": ["33123456789 ; +33612345678"], "token": twilio.TOKEN},
    "webhook": {"url": f"http://example.org/hooks/{hook.TOKEN}"},
    "email": {"password": mail.PASSWORD, "user": ""},
}


@pytest.mark.parametrize("case", ["settings", "type", "kind", "key", "status", "environment"])
@pytest.mark.parametrize("kind", BAD)
def test_no_refusal_of_bad_input_holds_a_secret(
    world: World, kind: str, case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry = next(entry for entry in world.entries if entry["name"] == f"{kind} sent")
    changed: dict[str, dict[str, Any]] = {
        "settings": {**entry, **BAD[kind]},
        "type": {**entry, **{key: {"x": value} for key, value in BAD[kind].items()}},
        "kind": {**entry, "kind": "pigeon"},
        "key": {**entry, "webhook": "x"},
        "status": entry,
        "environment": {"name": "x", "kind": kind},
    }
    if case == "environment":
        variables = {
            "discord": "DISCORD_WEBHOOK",
            "slack": "SLACK_WEBHOOK",
            "email": "EMAIL_RECIPIENTS",
            "sms": "SMS_RECIPIENT",
        }
        monkeypatch.setenv(variables.get(kind, "UNUSED"), str(next(iter(BAD[kind].values()))))
        for name, value in (
            ("TWILIO_ACCOUNT", twilio.ACCOUNT),
            ("TWILIO_TOKEN", twilio.TOKEN),
            ("TWILIO_NUMBER", "123"),
        ):
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SMTP_HOST", "smtp.example.org")
        monkeypatch.setenv("SMTP_PASSWORD", mail.PASSWORD)
        monkeypatch.setenv("SMTP_SECURITY", "nonsense")
    told = {**TOLD, "status": "reussi"} if case == "status" else TOLD
    result = acted({**told, "channels": [changed[case]], "ledger_dir": str(tmp_path)})
    if (kind, case) != ("webhook", "environment"):
        assert result["failed"] is True, result
    assert canaries_in(json.dumps(result, ensure_ascii=False)) == []


PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Tell everyone
      benevoclic.updates.notification_send: "{{ told }}"
    - name: Bad input
      benevoclic.updates.notification_send: "{{ told | combine({'channels': bad}) }}"
"""


@pytest.mark.parametrize("verbosity", ["-v", "-vvvv"])
def test_no_output_of_ansible_holds_a_secret(world: World, tmp_path: Path, verbosity: str) -> None:
    (tmp_path / "play.yml").write_text(PLAY)
    bad = [{**rig.discord_entry(BAD["discord"]["url"])}]  # type: ignore[arg-type]
    told = {**TOLD, "channels": world.entries}
    (tmp_path / "vars.json").write_text(json.dumps({"told": told, "bad": bad}))
    done = subprocess.run(
        ["ansible-playbook", str(tmp_path / "play.yml"), "-e", f"@{tmp_path / 'vars.json'}", verbosity],
        cwd=CLONE,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path), "ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "discord sent prévenu" in done.stdout
    assert "une adresse d'une autre forme" in done.stdout + done.stderr
    log = (tmp_path / "ansible.log").read_text()
    assert canaries_in(done.stdout + done.stderr + log) == []
