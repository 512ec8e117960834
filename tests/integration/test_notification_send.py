# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task notification_send in a real playbook: what it sends, what it says, what it never shows."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from receivers.discord import TOKEN, DiscordReceiver, limited, running_receiver
from receivers.web import Behaviour

CLONE = Path(__file__).resolve().parents[2]
PLAY = """
- hosts: "{{ hosts }}"
  connection: local
  gather_facts: false
  tasks:
    - name: Tell
      benevoclic.updates.notification_send:
        channels: "{{ channels }}"
        status: "{{ status | default('success') }}"
        update_type: security
        to_version: "1.1.1"
        environment: production
        vulnerability_id: CVE-2026-0001
        severity: CRITICAL
        deadline: IMMEDIATE
        budget_seconds: 1.2
        message: "{{ message | default('') }}"
        locale: "{{ locale | default('fr') }}"
        stack: demo
        state_dir: /tmp
        run_id: r-1
      register: told
    - name: Keep the result
      ansible.builtin.copy:
        content: "{{ told | to_json }}"
        dest: "{{ playbook_dir }}/result.json"
        mode: "0600"
      check_mode: false
"""


@pytest.fixture(name="receiver")
def receiver_fixture() -> Iterator[DiscordReceiver]:
    yield from running_receiver()


class Told:
    """One run of the playbook."""

    def __init__(self, folder: Path, channels: Any, *arguments: str, env: dict[str, str] | None = None, **values: Any):
        (folder / "play.yml").write_text(PLAY)
        # as an inventory's vault would give it: never on the command line
        given = {} if channels is None else {"channels": channels}
        (folder / "vars.json").write_text(json.dumps({"hosts": "localhost", **given, **values}))
        argv = ["ansible-playbook", str(folder / "play.yml"), "-e", f"@{folder / 'vars.json'}", *arguments]
        began = time.monotonic()
        done = subprocess.run(
            argv,
            cwd=CLONE,
            env={**os.environ, "XDG_STATE_HOME": str(folder), **(env or {})},
            capture_output=True,
            timeout=60,
        )
        self.seconds = time.monotonic() - began
        self.output = (done.stdout + done.stderr).decode()
        self.status = done.returncode
        result = folder / "result.json"
        self.result: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}


def discord(url: str) -> dict[str, Any]:
    return {"name": "updates", "kind": "discord", "url": url}


def test_it_arrives_and_says_so(receiver: DiscordReceiver, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    channels = [discord(receiver.url), {"name": "journal", "kind": "log", "file": str(log)}]
    told = Told(tmp_path, channels, message='un "guillemet"')
    assert told.status == 0, told.output
    embed = receiver.accepted[0]["embeds"][0]
    assert embed["title"] == "Mise à jour de sécurité"
    assert "CVE-2026-0001, sévérité CRITICAL, délai : immédiat" in embed["description"]
    assert 'un "guillemet"' in embed["description"]
    assert json.loads(log.read_text())["vulnerability_id"] == "CVE-2026-0001"
    assert "Notification : updates prévenu" in told.output
    assert told.result["changed"] is True
    assert [item["outcome"] for item in told.result["results"]] == ["sent", "sent"]


def test_the_manuals_variable_is_enough(receiver: DiscordReceiver, tmp_path: Path) -> None:
    told = Told(tmp_path, [], env={"DISCORD_WEBHOOK": receiver.url}, locale="en")
    assert told.status == 0, told.output
    assert receiver.accepted[0]["embeds"][0]["title"] == "Security update"
    assert TOKEN not in told.output


def test_check_mode_sends_nothing_and_says_what_it_would(receiver: DiscordReceiver, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    channels = [discord(receiver.url), {"name": "journal", "kind": "log", "file": str(log)}]
    told = Told(tmp_path, channels, "--check")
    assert told.status == 0, told.output
    assert receiver.requests == 0
    assert not log.exists()
    assert told.result["preview"]["updates"][0]["embeds"][0]["color"] == 65280
    assert "updates serait prévenu" in told.output


BEHAVIOURS = {
    "sent": None,
    "deleted": Behaviour(status=404, body={"message": f"Unknown Webhook {TOKEN}"}),
    "refused": Behaviour(status=400, body={"message": f"bad {TOKEN}"}),
    "limited": limited(60),
    "slow": Behaviour(wait=20),
    "reset": Behaviour(reset=True),
}


@pytest.mark.parametrize("verbosity", ["", "-v", "-vvv"])
def test_the_secret_shows_nowhere_and_the_play_goes_on(tmp_path: Path, verbosity: str) -> None:
    with ExitStack() as stack:
        channels = []
        for name, behaviour in BEHAVIOURS.items():
            receiver = stack.enter_context(DiscordReceiver())
            receiver.forever = behaviour
            channels.append({**discord(receiver.url), "name": name})
        told = Told(tmp_path, channels, *filter(None, [verbosity]))
    assert told.status == 0, told.output
    assert TOKEN not in told.output
    assert TOKEN not in json.dumps(told.result)
    outcomes = {item["name"]: item["outcome"] for item in told.result["results"]}
    assert outcomes == {name: "sent" if name == "sent" else "failed" for name in BEHAVIOURS}
    assert told.result["changed"] is True
    # each had 1.2 s, all of them together too, and the slow ones would take 20 and 60
    assert max(item["seconds"] for item in told.result["results"]) < 10


BAD: dict[str, tuple[Any, dict[str, Any], str]] = {
    "form": ([discord(f"https://discord.com/webhook/{TOKEN}")], {}, "une adresse d'une autre forme"),
    "kind": ([{**discord(f"https://discord.com/api/webhooks/1/{TOKEN}"), "kind": "pigeon"}], {}, "« pigeon »"),
    "status": ([discord(f"https://discord.com/api/webhooks/1/{TOKEN}")], {"status": "reussi"}, "« reussi »"),
    "message": ([discord(f"https://discord.com/api/webhooks/1/{TOKEN}")], {"message": [TOKEN]}, "option message"),
    "list": (f"https://discord.com/api/webhooks/1/{TOKEN}", {}, "une valeur de type str"),
}


@pytest.mark.parametrize("verbosity", ["", "-vvv"])
def test_bad_input_fails_with_one_clear_message(tmp_path: Path, verbosity: str) -> None:
    hosts = {name: {"channels": channels, **values} for name, (channels, values, _said) in BAD.items()}
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    arguments = ["-i", str(tmp_path / "hosts.json"), *filter(None, [verbosity])]
    told = Told(tmp_path, None, *arguments, hosts="all")
    assert told.status == 2
    for name, (_channels, _values, said) in BAD.items():
        assert said in told.output, name
    assert TOKEN not in told.output
    assert "Traceback" not in told.output


def test_one_dead_channel_of_two_hides_not_the_other(receiver: DiscordReceiver, tmp_path: Path) -> None:
    dead = {"name": "dead", "kind": "discord", "url": "http://127.0.0.1:9/api/webhooks/1/dead-token"}
    told = Told(tmp_path, [dead, discord(receiver.url)])
    assert told.status == 0
    assert len(receiver.accepted) == 1
    assert "dead n'a pas pu être prévenu" in told.output
    assert "dead-token" not in told.output
