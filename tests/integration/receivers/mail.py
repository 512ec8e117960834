# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mail server (aiosmtpd) on loopback: STARTTLS or TLS, accounts, refusals, greylisting."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER = "updates@example.org"
PASSWORD = "cAnArY-m4il-passw0rd"
SENDER = "updates@example.org"


@dataclass(frozen=True)
class Mail:
    sender: str
    recipients: list[str]
    message: EmailMessage
    encrypted: bool


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The base class makes a first connection to the port that it was given, which is 0."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """Used as a context. ``refused``: recipients that it has no mailbox for; ``greylist``: how many it sends away first."""

    def __init__(
        self, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, account: bool = True
    ) -> None:
        self.accepted: list[Mail] = []
        self.peers: set[Any] = set()
        self.refused: set[str] = set()
        self.greylist = 0
        self.drop_after_data = 0
        options: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
        if account:
            options |= {"auth_required": True, "auth_require_tls": tls is None, "authenticator": self._authenticate}
        self._controller = _Controller(self, "127.0.0.1", 0, ssl_context=tls, **options)

    @property
    def connections(self) -> int:
        return len(self.peers)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def __enter__(self) -> MailServer:
        self._controller.ready_timeout = 30.0
        self._controller.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._controller.stop()

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.login == USER.encode() and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.peers.add(session.peer)
        return answers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 no mailbox {address} here"
        if self.greylist:
            self.greylist -= 1
            return "451 4.7.1 greylisted, come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=default)
        mail = Mail(str(envelope.mail_from), list(envelope.rcpt_tos), message, bool(session.ssl))  # type: ignore[arg-type]
        self.accepted.append(mail)
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return "250 OK"
