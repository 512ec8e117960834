# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slack, email, SMS and webhooks at the boundaries of their limits; what one asks for more is cut, and no less."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._notify import gsm7, mail, slack, webhook
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import (
    FINAL,
    RETRY,
    SENT,
    Channel,
    Entry,
    Wires,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import KINDS, read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.clamp import clamp, clamp_end, units
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
SETTINGS: dict[str, dict[str, Any]] = {
    "discord": {"url": "https://discord.com/api/webhooks/1/tok"},
    "slack": {"url": "https://hooks.slack.com/services/T1/B1/tok"},
    "email": {"host": "smtp.example.org", "sender": "a@example.org", "to": "b@example.org; c@example.org"},
    "sms": {"account": ACCOUNT, "token": "t0ken", "number": "+15005550006", "to": "+33 1 23 45 67 89"},
    "webhook": {"url": "https://example.org/hook", "secret": "s"},
    "log": {"file": "/tmp/x.jsonl"},
}


def channel(kind: str, **settings: Any) -> Channel:
    return read_channels([{"name": "x", "kind": kind, **SETTINGS[kind], **settings}], {})[0]


def event(**changes: Any) -> Event:
    plain: dict[str, Any] = {
        "title": "t",
        "lead": "",
        "message": "m",
        "fields": (),
        "facts": {},
        "at": "2026-11-22T07:15:00Z",
    }
    return Event(status=STATUSES["error"], **{**plain, **changes})


def only(kind: str, **changes: Any) -> Any:
    return channel(kind).payloads(event(**changes))[0]


def blocks(**changes: Any) -> list[dict[str, Any]]:
    return list(only("slack", **changes)["blocks"])


FIELDS_11 = tuple((f"n{index}", "v") for index in range(11))
# what is looked at, its limit, and how it is given a text of a size
SHOWN: dict[str, tuple[int, Callable[[str], str]]] = {
    "slack header": (150, lambda text: blocks(title=text)[0]["text"]["text"]),
    "slack body": (3000, lambda text: blocks(message=text)[1]["text"]["text"]),
    "slack field": (1998, lambda text: blocks(fields=(("n", text),))[2]["fields"][0]["text"].removeprefix("n\n")),
    "slack notice": (300, lambda text: only("slack", summary=text)["text"]),
    "slack log": (2992, lambda text: blocks(log=text)[2]["text"]["text"].strip("`\n")),
    "email subject": (mail.SUBJECT, lambda text: only("email", subject=text)["subject"]),
    "email body": (mail.BODY, lambda text: only("email", message=text)["text"].removesuffix("\n")),
    "email log": (mail.LOG, lambda text: only("email", log=text)["text"].removeprefix("m\n\n").removesuffix("\n")),
    "webhook message": (webhook.MESSAGE, lambda text: only("webhook", message=text)["message"]),
    "webhook title": (webhook.TEXT, lambda text: only("webhook", title=text)["title"]),
    "webhook log": (webhook.MESSAGE, lambda text: only("webhook", log=text)["log"]),
    "sms": (160, lambda text: only("sms", summary=text, message="")["Body"]),
}


@pytest.mark.parametrize("what", SHOWN)
def test_at_the_limit_nothing_is_cut_and_one_more_is(what: str) -> None:
    limit, shown = SHOWN[what]
    assert shown("x" * limit) == "x" * limit
    cut = shown("x" * (limit + 1))
    dots = "..." if what == "sms" else "\N{HORIZONTAL ELLIPSIS}"
    expected = dots + "x" * (limit - 1) if what.endswith("log") else "x" * (limit - len(dots)) + dots
    assert cut == expected


@pytest.mark.parametrize(("kind", "key", "most"), [("slack", "blocks", 10), ("webhook", "fields", 100)])
def test_fields_beyond_the_most_are_left_out(kind: str, key: str, most: int) -> None:
    for count in (most, most + 1):
        fields = tuple((f"n{index}", "v") for index in range(count))
        found = only(kind, fields=fields)[key]
        assert len(found[2]["fields"] if kind == "slack" else found) == most


@pytest.mark.parametrize("text", ["&" * 30, "<" * 3000, "a&b<c>" * 900, "\N{FIRE}" * 3000])
def test_no_entity_and_no_emoji_is_cut_in_two(text: str) -> None:
    shown = blocks(message=text)[1]["text"]["text"]
    assert units(shown) <= 3000
    assert (
        shown.removesuffix("\N{HORIZONTAL ELLIPSIS}")
        .replace("&amp;", "")
        .replace("&lt;", "")
        .replace("&gt;", "")
        .strip("abc\N{FIRE}")
        == ""
    )


@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_clamping_to_very_little(limit: int) -> None:
    assert units(clamp("\N{FIRE}" * 9, limit)) <= limit
    assert units(clamp_end("\N{FIRE}" * 9, limit)) <= limit
    assert clamp("abc", 3) == clamp_end("abc", 3) == "abc"
    assert (clamp("abcd", 3), clamp_end("abcd", 3)) == ("ab\N{HORIZONTAL ELLIPSIS}", "\N{HORIZONTAL ELLIPSIS}cd")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("déjà été à l'hôpital", "déjà été à l'hopital"),
        ("« ça » – œuvre…", '"ca" - oeuvre...'),
        ("ok 😀 fin", "ok fin"),
        ("l\N{RIGHT SINGLE QUOTATION MARK}api \N{LEFT DOUBLE QUOTATION MARK}x", "l'api \"x"),
        ("1.0.0 → 1.1.0", "1.0.0 -> 1.1.0"),
        ("[a] {b} ~ | € ^ \\", "[a] {b} ~ | € ^ \\"),
        ("naïf Noël\u00a0: 文", "naif Noel :"),
    ],
)
def test_sms_text_is_in_its_alphabet(text: str, same: str) -> None:
    assert gsm7.transliterated(text) == same


def test_characters_of_the_second_table_cost_two() -> None:
    assert gsm7.fitted("€" * 80, 1) == "€" * 80
    assert gsm7.fitted("€" * 81, 1) == "€" * 78 + "..."
    assert gsm7.fitted("x" * 306, 2) == "x" * 306
    assert len(gsm7.fitted("x" * 307, 2)) == 306


@pytest.mark.parametrize(
    ("kind", "status", "body", "verdict", "unclear"),
    [
        ("slack", 200, b"ok", SENT, False),
        ("slack", 200, b"no", FINAL, False),
        ("slack", 429, b"", RETRY, False),
        ("slack", 500, b"", RETRY, True),
        ("slack", 503, b"", RETRY, False),
        ("slack", 410, b"channel_is_archived", FINAL, False),
        ("sms", 201, b'{"sid": "SM0123456789abcdef0123456789abcdef"}', SENT, False),
        ("sms", 200, b"", FINAL, True),
        ("sms", 400, b'{"code": 21211}', FINAL, False),
        ("sms", 401, b"", FINAL, False),
        ("sms", 429, b"", RETRY, False),
        ("sms", 502, b"", FINAL, True),
        ("email", 250, b"OK", SENT, False),
        ("email", 451, b"later", RETRY, False),
        ("email", 550, b"no", FINAL, False),
        ("webhook", 204, b"", SENT, False),
        ("webhook", 302, b"", FINAL, False),
        ("webhook", 429, b"", RETRY, False),
        ("webhook", 504, b"", RETRY, True),
    ],
)
def test_what_answers_mean(kind: str, status: int, body: bytes, verdict: str, unclear: bool) -> None:
    found = channel(kind).classify(Response(status, body, {"retry-after": "7"}))
    assert (found.kind, found.unclear) == (verdict, unclear)
    if status == 429:
        assert found.after == 7.0


@pytest.mark.parametrize("waits", ["nan", "-5", "soon", "1e9"])
def test_a_wait_that_is_nonsense_is_no_wait_and_a_long_one_is_bounded(waits: str) -> None:
    after = channel("slack").classify(Response(429, b"", {"retry-after": waits})).after
    assert 0.0 <= after <= 3600.0


BAD = {
    "slack": [{"url": "https://hooks.slack.com/services/T1/B1"}, {"url": "http://hooks.slack.com/services/T/B/x"}],
    "email": [
        {"security": "ssl"},
        {"security": "none"},
        {"port": 70000},
        {"host": "smtp.example.org\r\nX"},
        {"user": "u"},
        {"password": "p"},
        {"sender": "nobody"},
        {"to": ["b@example.org", "c@example.org\nBcc: d@example.org"]},
        {"sender": ""},
    ],
    "sms": [
        {"account": "SK0123456789abcdef0123456789abcdef"},
        {"number": "0123456789"},
        {"to": "0612345678"},
        {"segments": 11},
        {"url": "http://api.example.org"},
        {"token": "a b"},
    ],
    "webhook": [
        {"url": "http://example.org/x"},
        {"url": "https://user:pw@example.org/x"},
        {"url": "https://exa mple.org"},
    ],
}


@pytest.mark.parametrize(("kind", "settings"), [(kind, one) for kind, many in BAD.items() for one in many])
def test_settings_that_cannot_work_are_refused_offline(kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        channel(kind, **settings)


def test_a_signature_proves_body_and_time() -> None:
    class Clock:
        def now(self) -> datetime:
            return datetime(2026, 11, 22, tzinfo=timezone.utc)

    class Http:
        def request(self, method: str, url: str, **given: Any) -> Response:
            self.given = given
            return Response(204)

    http = Http()
    target = channel("webhook", secret="s3cret")
    target.send(target.payloads(event())[0], Wires(http, None, Clock()), 1.0)  # type: ignore[arg-type]
    headers, body = http.given["headers"], http.given["body"]
    stamp = headers["X-Benevoclic-Timestamp"]
    assert stamp == str(int(datetime(2026, 11, 22, tzinfo=timezone.utc).timestamp()))
    expected = hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Benevoclic-Signature"] == f"sha256={expected}"


def test_the_manuals_variables_make_every_channel() -> None:
    environment = {
        "DISCORD_WEBHOOK": SETTINGS["discord"]["url"],
        "SLACK_WEBHOOK": SETTINGS["slack"]["url"],
        "TWILIO_ACCOUNT": ACCOUNT,
        "TWILIO_TOKEN": "t0ken",
        "TWILIO_NUMBER": "+15005550006",
        "SMS_RECIPIENT": "+33123456789",
        "EMAIL_RECIPIENTS": "tech@benevoclic.fr, admin@benevoclic.fr",
        "EMAIL_SERVICE": "smtp.gmail.com",
        "SMTP_SENDER": "updates@benevoclic.fr",
        "SMTP_PORT": "465",
        "SMTP_SECURITY": "tls",
    }
    found = read_channels([], environment)
    assert [one.entry.kind for one in found] == ["discord", "slack", "email", "sms"]
    assert all(one.configured() for one in found)
    assert found[2].target() == "smtp.gmail.com (2)"
    # an account serves every entry of its kind, the recipients the first alone
    two = [{"name": name, "kind": "sms"} for name in ("a", "b")]
    assert [one.configured() for one in read_channels(two, environment)] == [True, False]


def test_every_kind_says_its_keys_and_shows_no_secret() -> None:
    for kind, cls in KINDS.items():
        assert set(cls.SECRETS) | set(cls.ADDRESS) | set(cls.ACCOUNT) <= set(cls.KEYS), kind
        made = channel(kind)
        assert "tok" not in made.target()
        assert "t0ken" not in repr(made.entry)
        assert isinstance(made.entry, Entry)


def test_slack_links_are_whole_and_nothing_else_is_parsed() -> None:
    link = blocks(links=(("a|b <!channel>", "https://example.org/?a=1&b=2|3"),))[2]["text"]["text"]
    assert link == "<https://example.org/?a=1&amp;b=2%7C3|a/b &lt;!channel&gt;>"
    assert slack.plain("<!channel>", 100)["text"] == "&lt;!channel&gt;"
