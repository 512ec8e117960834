# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to a mail server: TLS that is verified, or nothing; never clear text as a second choice."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Protocol

from .._core.clock import Clock
from .._core.errors import Failed, TransportFailed
from .._core.http import Response

STARTTLS, TLS, NONE = "starttls", "tls", "none"
SECURITIES = (STARTTLS, TLS, NONE)
PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}


@dataclass(frozen=True)
class MailServer:
    """Where to, and as whom. ``security`` none is for loopback; ``ca_file`` names authorities beside the system's."""

    host: str
    port: int
    security: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    helo: str = "localhost"


class MailWire(Protocol):
    """Hands messages over, over one connection for as long as it holds."""

    def hand_over(self, server: MailServer, sender: str, recipient: str, content: bytes, timeout: float) -> Response:
        """The server's last answer: its code and text.

        Raises Failed for what no second try mends (TLS, account), TransportFailed for a server that is away;
        its detail ``unclear`` says whether the message may have been taken.
        """

    def close(self) -> None:
        """End the connection, if there is one."""


class SmtpWire:
    """The standard library's client."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: smtplib.SMTP | None = None

    def hand_over(self, server: MailServer, sender: str, recipient: str, content: bytes, timeout: float) -> Response:
        deadline = self._clock.monotonic() + timeout
        handed = False
        try:
            client = self._connected(server, deadline)
            for step, argument in ((client.mail, sender), (client.rcpt, recipient)):
                self._limit(client, deadline)
                code, answer = step(argument)
                if code >= 300:
                    client.rset()
                    return Response(code, answer)
            self._limit(client, deadline)
            handed = True
            code, answer = client.data(content)
        except smtplib.SMTPDataError as error:
            return Response(error.smtp_code, _bytes(error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise TransportFailed("notify.smtp_away", host=server.host, found=_cause(error), unclear=handed) from error
        return Response(code, answer)

    def close(self) -> None:
        client, self._open = self._open, None
        if client is not None:
            try:
                client.quit()
            except (OSError, smtplib.SMTPException):
                client.close()

    def _connected(self, server: MailServer, deadline: float) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        wait = max(0.05, deadline - self._clock.monotonic())
        context = _context(server)
        try:
            client: smtplib.SMTP
            if server.security == TLS:
                client = smtplib.SMTP_SSL(server.host, server.port, server.helo, timeout=wait, context=context)
            else:
                client = smtplib.SMTP(server.host, server.port, server.helo, timeout=wait)
        except ssl.SSLError as error:
            raise _tls_failed(server, error) from error
        try:
            self._greet(client, server, context, deadline)
        except BaseException:
            client.close()
            raise
        self._open = client
        return client

    def _greet(self, client: smtplib.SMTP, server: MailServer, context: ssl.SSLContext, deadline: float) -> None:
        client.ehlo_or_helo_if_needed()
        if server.security == STARTTLS:
            self._limit(client, deadline)
            try:
                code, answer = client.starttls(context=context)
            except smtplib.SMTPNotSupportedError as error:
                raise Failed("notify.smtp_no_starttls", host=server.host, found="STARTTLS") from error
            except ssl.SSLError as error:
                raise _tls_failed(server, error) from error
            if code != 220:
                raise Failed("notify.smtp_no_starttls", host=server.host, found=f"{code}")
            client.ehlo_or_helo_if_needed()
        if server.user:
            self._limit(client, deadline)
            try:
                client.login(server.user, server.password)
            except smtplib.SMTPServerDisconnected:
                raise
            except smtplib.SMTPResponseException as error:
                if error.smtp_code < 500:
                    raise
                raise Failed("notify.smtp_account", host=server.host, found=f"{error.smtp_code}") from None
            except smtplib.SMTPException:
                raise Failed("notify.smtp_account", host=server.host, found="AUTH -") from None

    def _limit(self, client: smtplib.SMTP, deadline: float) -> None:
        """Each wait for an answer ends with the attempt's time."""
        if client.sock is not None:
            client.sock.settimeout(max(0.05, deadline - self._clock.monotonic()))


def _context(server: MailServer) -> ssl.SSLContext:
    """Verifies the certificate and its name."""
    context = ssl.create_default_context()
    if server.ca_file:
        try:
            context.load_verify_locations(server.ca_file)
        except OSError as error:
            raise Failed("notify.smtp_tls", host=server.host, found=f"{server.ca_file}: {error.strerror}") from error
    return context


def _tls_failed(server: MailServer, error: ssl.SSLError) -> Failed:
    found = getattr(error, "verify_message", "") or error.reason or "TLS"
    return Failed("notify.smtp_tls", host=server.host, found=str(found))


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _cause(error: Exception) -> str:
    """Short; an answer of the server may repeat what it was given, so its code alone is told."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return getattr(error, "strerror", None) or type(error).__name__
