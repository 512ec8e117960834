# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the notification tests share: every kind of channel on its receiver, events of all shapes, one delivery."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from receivers import hook, mail, twilio

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import Wires
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Delivery, Result
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.sent import SentLedger
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.smtp import SmtpWire
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

HOSTILE = (
    'il a dit "non"\n<script>alert(1)</script> @everyone <!channel> <@U0123> 😀 \\ `x` *y* [z](https://evil.example)'
)
CHARACTERS = "aé ç\"\\'\n\r\t<>&@#*_`|~\x00\x07\x7f\u200b\u202e\u2028😀🚨\ud800文{}[]^€"
SIZES = (0, 1, 5, 20, 80, 149, 151, 255, 257, 1023, 1025, 2001, 2999, 3001, 4095, 4097, 6001, 10_000)
RECIPIENTS = ["tech@example.org", "admin@example.org"]
NUMBERS = ["+33123456789", "+33 6 12 34 56 78"]


def discord_entry(url: str, **more: Any) -> dict[str, Any]:
    return {"name": "#updates", "kind": "discord", "url": url, **more}


def slack_entry(url: str, **more: Any) -> dict[str, Any]:
    return {"name": "#tech", "kind": "slack", "url": url, **more}


def sms_entry(url: str, **more: Any) -> dict[str, Any]:
    own = {"account": twilio.ACCOUNT, "token": twilio.TOKEN, "number": twilio.NUMBER, "to": NUMBERS[:1]}
    return {"name": "on duty", "kind": "sms", "url": url, **own, **more}


def hook_entry(url: str, **more: Any) -> dict[str, Any]:
    return {"name": "status page", "kind": "webhook", "url": url, "secret": hook.SECRET, **more}


def mail_entry(port: int, authority: Path | str, **more: Any) -> dict[str, Any]:
    own = {"host": "127.0.0.1", "port": port, "ca_file": str(authority), "sender": mail.SENDER, "to": RECIPIENTS}
    return {"name": "team", "kind": "email", **own, "user": mail.USER, "password": mail.PASSWORD, **more}


def an_event(status: str = "error", **changes: Any) -> Event:
    facts = {"stack": "demo", "run_id": "20261122T071500Z-feature-1.1.0"}
    plain: dict[str, Any] = {
        "title": "Mise à jour fonctionnelle",
        "lead": "❌ Mise à jour fonctionnelle v1.1.0 : échec sur production",
        "message": "",
        "fields": (("Version", "1.0.0 → 1.1.0"), ("Environnement", "production")),
        "facts": facts,
        "at": "2026-11-22T07:15:00.000Z",
        "summary": "Mise à jour fonctionnelle v1.1.0 : échec sur production",
        "subject": "Mise à jour Benevoclic - feature - échec",
    }
    return Event(status=STATUSES[status], **{**plain, **changes})


class Texts:
    """Texts of the sizes that limits are about, made once; ``chance`` picks."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._texts = ["".join(chance.choices(CHARACTERS, k=size)) for size in SIZES for _copy in range(8)]
        self._texts += [character * size for size in SIZES for character in CHARACTERS]
        self._short = [text for text in self._texts if len(text) <= 260]

    def pick(self) -> str:
        return self._chance.choice(self._texts if self._chance.random() < 0.1 else self._short)

    def event(self) -> Event:
        """Anything that anyone may ever want to tell."""
        chance, pick = self._chance, self.pick
        return Event(
            status=chance.choice(list(STATUSES.values())),
            title=pick(),
            lead=pick(),
            message=pick(),
            fields=tuple((pick(), pick()) for _index in range(chance.choice((0, 1, 1, 2, 2, 3, 11, 26)))),
            facts={name: pick() for name in ("stack", "run_id") if chance.random() < 0.5},
            at="2026-11-22T07:15:00.000Z",
            summary=pick(),
            subject=pick(),
            log=pick(),
            links=tuple(
                (pick(), "https://example.org/?a=1&b=" + "x" * chance.choice((1, 400)))
                for _index in range(chance.choice((0, 1, 4)))
            ),
            percent=chance.choice((None, 0, 50, 100)),
            remaining_seconds=chance.choice((None, 0, 90)),
            urgency=chance.choice((0, 1, 2, 3)),
            locale=chance.choice(("fr", "en")),
        )


def deliver(
    entries: Sequence[dict[str, Any]],
    event: Event,
    budget: float = 10.0,
    ledger: SentLedger | None = None,
    scope: str = "",
) -> list[Result]:
    clock = SystemClock()
    posts = [(channel, event) for channel in read_channels(list(entries), {})]
    delivery = Delivery(
        lambda: Wires(DirectTransport(clock), SmtpWire(clock), clock), clock, "fr", budget, ledger=ledger, scope=scope
    )
    return delivery.send(posts)
