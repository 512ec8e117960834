# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Email: text and HTML of the same content, one message a recipient, all over one connection."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar

from .._core.clock import parse_iso
from .._core.errors import BadInput
from .._core.http import Response
from .channel import FINAL, RETRY, SENT, Entry, Payload, Verdict, Wires
from .clamp import EMPTY, clamp, clamp_end, one_line
from .event import Event
from .mail_html import html_of
from .posting import LOOPBACK
from .smtp import NONE, PORTS, SECURITIES, STARTTLS, MailServer

SUBJECT, BODY, LOG, FIELDS, FIELD = 150, 20_000, 20_000, 100, 2000
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?|::1")


class Email:
    """SMTP with STARTTLS or TLS, verified; ``security`` none on loopback only."""

    KEYS: ClassVar[Mapping[str, type]] = {
        "to": list,
        "host": str,
        "port": int,
        "security": str,
        "user": str,
        "password": str,
        "sender": str,
        "ca_file": str,
    }
    SECRETS: ClassVar[tuple[str, ...]] = ("password",)
    ADDRESS: ClassVar[Mapping[str, str]] = {"to": "EMAIL_RECIPIENTS"}
    ACCOUNT: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "host": ("SMTP_HOST", "EMAIL_SERVICE"),
        "port": ("SMTP_PORT",),
        "security": ("SMTP_SECURITY",),
        "user": ("SMTP_USER",),
        "password": ("SMTP_PASSWORD",),
        "sender": ("SMTP_SENDER", "SMTP_USER"),
        "ca_file": ("SMTP_CA_FILE",),
    }
    UNCLEAR_TRIES: ClassVar[int] = 1

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def configured(self) -> bool:
        return bool(self.entry.many("to") and self.entry.text("host"))

    def validate(self) -> None:
        security, host = self.entry.text("security", STARTTLS), self.entry.text("host")
        if security not in SECURITIES:
            raise self._invalid("security", ", ".join(SECURITIES), security)
        if not _HOST.fullmatch(host):
            raise self._invalid("host", "smtp.example.org", host)
        if security == NONE and host not in LOOPBACK:
            raise self._invalid("security", f"{STARTTLS}, tls", security)
        if not 0 < self._server().port < 65536:
            raise self._invalid("port", "1 - 65535", str(self._server().port))
        for key, addresses in (("sender", [self.entry.text("sender")]), ("to", self.entry.many("to"))):
            for address in addresses:
                if not _ADDRESS.fullmatch(address):
                    raise self._invalid(key, "nom@example.org", one_line(address))
        if bool(self.entry.text("user")) != bool(self.entry.text("password")):
            raise self._invalid("user, password", "user + password", "user" if self.entry.text("user") else "password")

    def _invalid(self, key: str, expected: str, found: str) -> BadInput:
        return BadInput("notify.setting_invalid", channel=self.entry.name, key=key, expected=expected, found=found)

    def _server(self) -> MailServer:
        security = self.entry.text("security", STARTTLS)
        return MailServer(
            host=self.entry.text("host"),
            port=int(self.entry.text("port") or PORTS.get(security, 0)),
            security=security,
            user=self.entry.text("user"),
            password=self.entry.text("password"),
            ca_file=self.entry.text("ca_file"),
            helo=self.entry.text("sender").rpartition("@")[2] or "localhost",
        )

    def secrets(self) -> tuple[str, ...]:
        return (self.entry.text("password"),)

    def target(self) -> str:
        return f"{self.entry.text('host')} ({len(self.entry.many('to'))})"

    def continues(self, event: Event) -> bool:
        return False

    def payloads(self, event: Event) -> list[Payload]:
        subject = clamp(one_line(event.subject or event.summary or event.title), SUBJECT) or EMPTY
        shown = _shown(event)
        text, html = _text(shown), html_of(shown)
        sender = self.entry.text("sender")
        recipients = list(dict.fromkeys(self.entry.many("to")))
        return [
            {"from": sender, "to": to, "subject": subject, "date": event.at, "text": text, "html": html}
            for to in recipients
        ]

    def recipient(self, payload: Payload) -> str:
        return hashlib.sha256(str(payload["to"]).lower().encode()).hexdigest()

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        content = message_of(payload).as_bytes(policy=SMTP)
        return wires.smtp.hand_over(self._server(), str(payload["from"]), str(payload["to"]), content, timeout)

    def classify(self, response: Response) -> Verdict:
        details: dict[str, object] = {"status": response.status}
        if 200 <= response.status < 300:
            return Verdict(SENT)
        answer = clamp(one_line(response.body.decode(errors="replace")), 120) or EMPTY
        if response.status < 500:
            return Verdict(RETRY, "notify.reason.refused", {**details, "answer": answer})
        return Verdict(FINAL, "notify.reason.refused", {**details, "answer": answer})


def message_of(payload: Payload) -> EmailMessage:
    """The message; its identifier is made of what it says, so that a second copy is known as one."""
    message = EmailMessage(policy=SMTP)
    seed = "\n".join(str(payload[key]) for key in ("from", "to", "subject", "date", "text"))
    domain = str(payload["from"]).rpartition("@")[2]
    message["From"] = str(payload["from"])
    message["To"] = str(payload["to"])
    message["Subject"] = str(payload["subject"])
    message["Date"] = format_datetime(parse_iso(str(payload["date"])).astimezone(timezone.utc))
    message["Message-ID"] = f"<{hashlib.sha256(seed.encode(errors='replace')).hexdigest()[:32]}@{domain}>"
    # no answers of absent people, no answers to them
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(payload["text"]), charset="utf-8", cte="quoted-printable")
    message.add_alternative(str(payload["html"]), subtype="html", charset="utf-8", cte="quoted-printable")
    return message


def _shown(event: Event) -> Event:
    """The event at the sizes that an email takes: the log is cut first and from its beginning."""
    fields = tuple(
        (clamp(one_line(name), FIELD) or EMPTY, clamp(value, FIELD) or EMPTY) for name, value in event.fields
    )
    return replace(
        event,
        summary=clamp(one_line(event.summary), FIELD),
        links=tuple((clamp(one_line(label), FIELD) or address, address) for label, address in event.links),
        facts={name: clamp(one_line(str(event.facts.get(name) or "")), FIELD) for name in ("stack", "run_id")},
        title=clamp(one_line(event.title), SUBJECT) or EMPTY,
        lead=clamp(event.lead, FIELD),
        message=clamp(event.message, BODY),
        log=clamp_end(event.log, LOG),
        fields=fields[:FIELDS],
    )


def _text(event: Event) -> str:
    parts = [event.body or event.title]
    parts.append("\n".join(f"{name} : {value}" for name, value in event.fields))
    parts.append("\n".join(f"{label} : {address}" for label, address in event.links))
    parts.append(event.log)
    return "\n\n".join(part for part in parts if part) + "\n"
