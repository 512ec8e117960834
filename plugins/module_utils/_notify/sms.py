# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMS by Twilio: one segment unless more are asked for; never sent twice when the answer leaves open what happened."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from .._core.errors import BadInput
from .._core.http import Response
from .channel import FINAL, RETRY, SENT, Entry, Payload, Verdict, Wires
from .clamp import clean
from .event import Event
from .gsm7 import PART, fitted, transliterated
from .posting import AGENT, LOOPBACK, asked_wait, json_object, judge

SERVICE = "https://api.twilio.com"
SEGMENTS = 10
"""More would pass Twilio's 1600 characters."""
_ACCOUNT = re.compile(r"AC[0-9A-Za-z]{32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_RECEIPT = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


class Sms:
    """An account of Twilio; ``url`` is for a stand-in of the service."""

    KEYS: ClassVar[Mapping[str, type]] = {
        "to": list,
        "account": str,
        "token": str,
        "number": str,
        "segments": int,
        "url": str,
    }
    SECRETS: ClassVar[tuple[str, ...]] = ("to", "account", "token", "number")
    ADDRESS: ClassVar[Mapping[str, str]] = {"to": "SMS_RECIPIENT"}
    ACCOUNT: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "account": ("TWILIO_ACCOUNT",),
        "token": ("TWILIO_TOKEN",),
        "number": ("TWILIO_NUMBER",),
    }
    UNCLEAR_TRIES: ClassVar[int] = 0

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def configured(self) -> bool:
        return bool(self._recipients() and all(self.entry.text(key) for key in ("account", "token", "number")))

    def validate(self) -> None:
        parts = urlsplit(self.entry.text("url", SERVICE))
        checks = (
            ("account", _ACCOUNT.fullmatch(self.entry.text("account")), "AC + 32"),
            ("token", re.fullmatch(r"[\x21-\x7e]+", self.entry.text("token")), "auth token"),
            ("number", _NUMBER.fullmatch(self._sender()) or _SENDER.fullmatch(self._sender()), "+33..."),
            ("to", all(map(_NUMBER.fullmatch, self._recipients())), "+33..."),
            ("segments", 1 <= self._segments() <= SEGMENTS, f"1 - {SEGMENTS}"),
            ("url", parts.scheme == "https" or parts.hostname in LOOPBACK, SERVICE),
        )
        for key, good, form in checks:
            if not good:
                raise BadInput("notify.secret_setting_invalid", channel=self.entry.name, key=key, form=form)

    def _segments(self) -> int:
        return int(self.entry.settings.get("segments") or 1)

    def _sender(self) -> str:
        value = self.entry.text("number").strip()
        return _number(value) if value.startswith("+") else value

    def _recipients(self) -> list[str]:
        return list(dict.fromkeys(map(_number, self.entry.many("to"))))

    def secrets(self) -> tuple[str, ...]:
        numbers = [*self._recipients(), *self.entry.many("to"), self._sender(), self.entry.text("number")]
        own = (self.entry.text("token"), self.entry.text("account"), _authorization(self.entry))
        return (*own, *numbers, *(number.lstrip("+") for number in numbers))

    def target(self) -> str:
        return f"{urlsplit(self.entry.text('url', SERVICE)).hostname} ({len(self._recipients())})"

    def continues(self, event: Event) -> bool:
        return False

    def payloads(self, event: Event) -> list[Payload]:
        said = event.summary or event.lead or event.title
        # far more than fits need not be looked at
        more = transliterated(clean(event.message[: 4 * PART * self._segments()]))
        text = fitted(f"{said} - {more}" if more else said, self._segments()) or "-"
        return [{"To": to, "From": self._sender(), "Body": text} for to in self._recipients()]

    def recipient(self, payload: Payload) -> str:
        # a plain digest of a telephone number could be tried out
        return hmac.new(self.entry.text("token").encode(), str(payload["To"]).encode(), hashlib.sha256).hexdigest()

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        base = self.entry.text("url", SERVICE).rstrip("/")
        return wires.http.request(
            "POST",
            f"{base}/2010-04-01/Accounts/{self.entry.text('account')}/Messages.json",
            timeout=timeout,
            headers={
                "Authorization": f"Basic {_authorization(self.entry)}",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": AGENT,
            },
            body=urlencode(payload).encode(),
        )

    def classify(self, response: Response) -> Verdict:
        answer = json_object(response)
        details: dict[str, object] = {"status": response.status}
        if response.status == 201:
            receipt = str(answer.get("sid", ""))
            return Verdict(SENT, receipt=receipt if _RECEIPT.fullmatch(receipt) else "")
        if response.status == 429:
            return Verdict(RETRY, "notify.reason.rate", details, after=asked_wait(response))
        if response.status >= 500 or response.status < 300:
            return Verdict(FINAL, "notify.reason.status", details, unclear=True)
        if response.status in (401, 403):
            return Verdict(FINAL, "notify.reason.account", details, whole=True)
        return judge(response, f"{answer.get('code', '')} {answer.get('message', '')}", gone=())


def _authorization(entry: Entry) -> str:
    return base64.b64encode(f"{entry.text('account')}:{entry.text('token')}".encode()).decode()


def _number(value: str) -> str:
    """Without the marks that people put between the digits."""
    return re.sub(r"[\s().-]", "", value)
