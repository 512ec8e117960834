# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand events of all shapes: no provider refuses what any of them becomes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import SMTP, default
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import notify_rig as rig
import pytest
from receivers import discord, hook, slack, twilio
from receivers.certificates import Authority
from receivers.mail import MailServer

from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import Channel, Payload
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.mail import SUBJECT, message_of
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.posting import json_bytes

EVENTS, POSTED = 10_000, 50


def as_json(check: Callable[[bytes, str], Any]) -> Callable[[Payload], Any]:
    return lambda payload: check(json_bytes(payload), "application/json; charset=utf-8")


def check_sms(payload: Payload) -> None:
    message = twilio.check_message(urlencode(payload).encode(), "application/x-www-form-urlencoded")
    assert twilio.segments(message["Body"]) == 1


def check_mail(payload: Payload) -> None:
    content = message_of(payload).as_bytes(policy=SMTP)
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    head, _blank, _body = content.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line[:1].isspace()]
    assert sorted(names) == sorted(set(names))
    assert set(names) <= MAIL_HEADERS


MAIL_HEADERS = {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version", b"Content-Type"}
CHECKS: dict[str, Callable[[Payload], Any]] = {
    "discord": as_json(discord.check_message),
    "slack": as_json(slack.check_message),
    "sms": check_sms,
    "webhook": as_json(hook.check_document),
    "email": check_mail,
}


def channels() -> list[Channel]:
    entries = [
        rig.discord_entry("https://discord.com/api/webhooks/1/x"),
        rig.slack_entry("https://hooks.slack.com/services/T1/B1/x"),
        rig.sms_entry("https://api.twilio.com"),
        rig.hook_entry("https://example.org/x"),
        rig.mail_entry(587, "", to=rig.RECIPIENTS[:1]),
    ]
    return read_channels(entries, {})


def test_ten_thousand_events_and_no_payload_is_refused() -> None:
    texts = rig.Texts(random.Random(20261122))
    known = channels()
    assert {channel.entry.kind for channel in known} == set(CHECKS)
    checked = 0
    for number in range(EVENTS):
        event = texts.event()
        for channel in known:
            # an email is the same work each time and the dearest: every fiftieth
            if channel.entry.kind == "email" and number % 50:
                continue
            for payload in channel.payloads(event):
                CHECKS[channel.entry.kind](payload)
                checked += 1
    assert checked == EVENTS * 4 + EVENTS // 50


@pytest.fixture(name="services")
def services_fixture(tmp_path: Path) -> Iterator[dict[str, Any]]:
    authority = Authority(tmp_path)
    with ExitStack() as stack:
        yield {
            "discord": stack.enter_context(discord.DiscordReceiver()),
            "slack": stack.enter_context(slack.SlackReceiver()),
            "sms": stack.enter_context(twilio.TwilioReceiver()),
            "webhook": stack.enter_context(hook.HookReceiver()),
            "email": stack.enter_context(MailServer(starttls=authority.context())),
            "ca_file": authority.file,
        }


def entries_of(services: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        rig.discord_entry(services["discord"].url),
        rig.slack_entry(services["slack"].url),
        rig.sms_entry(services["sms"].url),
        rig.hook_entry(services["webhook"].url),
        rig.mail_entry(services["email"].port, services["ca_file"], to=rig.RECIPIENTS[:1]),
    ]


def test_dozens_of_each_kind_arrive_over_the_wire(services: dict[str, Any]) -> None:
    texts = rig.Texts(random.Random(7))
    for number in range(POSTED):
        results = rig.deliver(entries_of(services), texts.event(), budget=60.0)
        assert [result.outcome for result in results] == ["sent"] * 5, (number, [r.reason for r in results])
    for kind in CHECKS:
        assert len(services[kind].accepted) == POSTED
        assert getattr(services[kind], "refused", []) in ([], set())


def test_hostile_text_is_text_everywhere(services: dict[str, Any]) -> None:
    event = rig.an_event(
        title="Titre\r\nBcc: x@evil.example",
        subject="Sujet\r\nBcc: x@evil.example\r\n\r\ncorps",
        message=rig.HOSTILE,
        log=rig.HOSTILE + "\n```\n" + "x" * 10_000,
        fields=(("<b>nom</b>", rig.HOSTILE),),
    )
    results = rig.deliver(entries_of(services), event, budget=60.0)
    assert [result.outcome for result in results] == ["sent"] * 5

    embed = services["discord"].accepted[0]["embeds"][0]
    assert services["discord"].accepted[0]["allowed_mentions"] == {"parse": []}
    assert embed["title"] == "Titre Bcc: x@evil.example"
    assert "<script>alert(1)</script> @everyone" in embed["description"]
    assert "\\<@U0123>" in embed["description"]
    assert "[z\\](https" in embed["description"]

    blocks = services["slack"].accepted[0]["blocks"]
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; @everyone &lt;!channel&gt; &lt;@U0123&gt;" in blocks[1]["text"]["text"]
    )
    assert [block["text"]["type"] for block in blocks[:2]] == ["plain_text", "plain_text"]

    body = services["sms"].accepted[0]["Body"]
    assert twilio.segments(body) == 1
    assert body.startswith('Mise à jour fonctionnelle v1.1.0 : échec sur production - il a dit "non" <script>')

    document = services["webhook"].accepted[0]
    assert document["fields"] == [{"name": "<b>nom</b>", "value": rig.HOSTILE}]

    sent = services["email"].accepted[0]
    assert sent.recipients == rig.RECIPIENTS[:1]
    assert sent.message["Subject"] == "Sujet Bcc: x@evil.example corps"
    assert sent.message["Bcc"] is None
    page = sent.message.get_body(("html",)).get_content()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)</script>" in sent.message.get_body(("plain",)).get_content()


def test_the_cause_stays_and_its_log_is_cut(services: dict[str, Any]) -> None:
    lines = "\n".join(f"ligne {number} du journal" for number in range(2000))
    event = rig.an_event(message="CAUSE: port 8080 pris", log=lines + "\nFIN DU JOURNAL")
    results = rig.deliver(entries_of(services), event, budget=60.0)
    assert [result.outcome for result in results] == ["sent"] * 5
    texts = {
        "discord": services["discord"].accepted[0]["embeds"][0]["description"],
        "slack": json.dumps(services["slack"].accepted[0]["blocks"]),
        "webhook": json.dumps(services["webhook"].accepted[0]),
        "email": services["email"].accepted[0].message.get_body(("plain",)).get_content(),
    }
    for kind, text in texts.items():
        assert "CAUSE: port 8080 pris" in text, kind
        assert "FIN DU JOURNAL" in text, kind
        assert "ligne 0 du journal" not in text, kind
    assert "CAUSE: port 8080 pris" in services["sms"].accepted[0]["Body"]


def test_a_mail_is_read_as_it_was_written() -> None:
    channel = next(channel for channel in channels() if channel.entry.kind == "email")
    payload = channel.payloads(rig.an_event(subject="é" * 400))[0]
    message = message_from_bytes(message_of(payload).as_bytes(policy=SMTP), policy=default)
    assert message["Subject"] == "é" * (SUBJECT - 1) + "…"
    assert message["Date"].datetime.isoformat() == "2026-11-22T07:15:00+00:00"
    assert str(message["Message-ID"]).endswith("@example.org>")
