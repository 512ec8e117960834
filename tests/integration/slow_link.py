# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slow network in front of a server: what comes back from it is let through at so many bytes a second."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 1 << 16


@contextmanager
def slow_link(port: int, bytes_per_second: int) -> Iterator[int]:
    """The port on loopback behind which the server's ``port`` is, slowly."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, port, bytes_per_second), daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()


def _accept(listener: socket.socket, port: int, bytes_per_second: int) -> None:
    pace = _Pace(bytes_per_second)
    with suppress(OSError):
        while True:
            client, _address = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for source, target, limit in ((client, server, None), (server, client, pace)):
                threading.Thread(target=_pass_on, args=(source, target, limit), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, pace: _Pace | None) -> None:
    with suppress(OSError):
        while block := source.recv(BLOCK):
            if pace:
                pace.wait_for(len(block))
            target.sendall(block)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


class _Pace:
    """One for all connections: they share the line."""

    def __init__(self, bytes_per_second: int) -> None:
        self._rate, self._free_at, self._guard = bytes_per_second, 0.0, threading.Lock()

    def wait_for(self, size: int) -> None:
        with self._guard:
            begin = max(self._free_at, time.monotonic())
            self._free_at = begin + size / self._rate
        time.sleep(max(0.0, begin - time.monotonic()))
