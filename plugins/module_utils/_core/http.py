# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP exchange over a connection of its own: no proxy, no redirect, no reuse. It shows what a new visitor gets."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from .clock import Clock, SystemClock
from .errors import BadInput, TransportFailed

BODY_LIMIT = 1 << 20
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Response:
    """An answer; header names in lower case; ``seconds`` from connect to last byte."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class Transport(Protocol):
    """Does one exchange."""

    def request(
        self,
        method: str,
        url: str,
        *,
        timeout: float = 5.0,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """Return any answer, whatever its status. Raises TransportFailed when none comes in ``timeout`` seconds."""


class DirectTransport:
    """The standard library's client."""

    def __init__(self, clock: Clock | None = None, verify_tls: bool = True) -> None:
        self._clock: Clock = clock or SystemClock()
        self._verify_tls = verify_tls

    def _connect(self, url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise BadInput("url.invalid", url=url) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput("url.invalid", url=url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, port, timeout=timeout), target
        context = ssl.create_default_context()
        if not self._verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(parts.hostname, port, timeout=timeout, context=context), target

    def request(
        self,
        method: str,
        url: str,
        *,
        timeout: float = 5.0,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        started = self._clock.monotonic()
        connection, target = self._connect(url, timeout)
        try:
            connection.request(method, target, body=body, headers={"Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            content = answer.read(BODY_LIMIT)
        except (OSError, http.client.HTTPException) as error:
            raise TransportFailed("http.no_answer", url=url, found=_cause(error)) from error
        finally:
            connection.close()
        return Response(
            status=answer.status,
            body=content,
            headers={name.lower(): value for name, value in answer.getheaders()},
            seconds=self._clock.monotonic() - started,
        )


def _cause(error: Exception) -> str:
    """A short reason without the address, which the message already has."""
    if isinstance(error, TimeoutError):
        return "timeout"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
