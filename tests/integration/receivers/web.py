# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all HTTP receivers share: a server on loopback that misbehaves on request."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, TypeVar

Accepted = TypeVar("Accepted")


class Refusal(Exception):
    """What the service says when it refuses; ``status`` is its HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def require(condition: bool, message: str) -> None:
    if not condition:
        raise Refusal(message)


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def json_of(raw: bytes, content_type: str) -> dict[str, Any]:
    """A JSON object, as strictly as the services read it. Raises Refusal."""

    def refused(_name: str) -> None:
        raise Refusal("not JSON")

    require(content_type.split(";")[0].strip() == "application/json", "content type")
    try:
        message = json.loads(raw.decode("utf-8"), parse_constant=refused)
        json.dumps(message, ensure_ascii=False).encode()
    except ValueError as error:
        raise Refusal("the request body contains invalid JSON") from error
    require(isinstance(message, dict), "not an object")
    return dict(message)


@dataclass
class Behaviour:
    """One answer out of the ordinary: a status, seconds before it, ``reset`` for none at all."""

    status: int = 200
    wait: float = 0.0
    reset: bool = False
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    raw: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None


class HttpReceiver(ABC, Generic[Accepted]):
    """Used as a context; ``script`` holds the behaviours of the next requests, ``forever`` that of all others."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.accepted: list[Accepted] = []
        self.refused: list[str] = []
        self.requests = 0
        self.script: list[Behaviour] = []
        self.forever: Behaviour | None = None
        self.stopped = threading.Event()
        self._scheme = "https" if tls else "http"
        self._server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"receiver": self}))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def origin(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @abstractmethod
    def take(self, request: Request) -> Reply:
        """Look at a request as the service would. Raises Refusal."""

    def refusal(self, refusal: Refusal) -> Any:
        """The service's own form of saying no."""
        return {"message": str(refusal)}

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left, or that will not talk to this certificate, is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """One request; ``receiver`` is set by the subclass that the receiver makes."""

    receiver: HttpReceiver[Any]

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_POST(self) -> None:
        self.receiver.requests += 1
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        behaviour = self.receiver.script.pop(0) if self.receiver.script else self.receiver.forever
        if behaviour:
            self.receiver.stopped.wait(behaviour.wait)
            if behaviour.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
        if behaviour and (behaviour.status != 200 or behaviour.body):
            self.answer(behaviour.status, behaviour.body, behaviour.headers)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            reply = self.receiver.take(Request(self.command, self.path, headers, raw))
        except Refusal as refusal:
            self.receiver.refused.append(str(refusal))
            reply = Reply(refusal.status, self.receiver.refusal(refusal))
        self.answer(reply.status, reply.body)

    do_PATCH = do_POST  # noqa: N815

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        text = isinstance(body, str)
        content = b"" if body is None else body.encode() if text else json.dumps(body).encode()
        self.send_response(status)
        kind = "text/html" if text else "application/json"
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
