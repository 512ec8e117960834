# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gate and watch against a real server that misbehaves on demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ports import free_ports

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.gate import GateSettings, wait_for_gate
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.question import Check
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch import watch_edge
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch_result import WatchSettings

Behaviour = Callable[[float, str], "int | str"]


class Flaky:
    """``behaviour(seconds since start, path)`` gives a status, ``reset``, or ``hang``. Starts listening when told to."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.started = time.monotonic()
        self.behaviour: Behaviour = lambda seconds, path: 200
        self.connections = 0
        self.requests = 0
        self.over = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    def listen(self) -> None:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                flaky.connections += 1
                super().setup()

            def do_GET(self) -> None:
                flaky.requests += 1
                what = flaky.behaviour(time.monotonic() - flaky.started, self.path)
                if what == "hang":
                    flaky.over.wait(10)
                if isinstance(what, str):
                    self.close_connection = True
                    return
                self.send_response(what)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_arguments: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def flaky() -> Iterator[Flaky]:
    server = Flaky()
    yield server
    server.over.set()
    server.stop()


def gate(flaky: Flaky, **settings: float):
    table = {"consecutive": 3, "interval_seconds": 0.1, "timeout_seconds": 0.5, "deadline_seconds": 10, **settings}
    return wait_for_gate([Check("site", flaky.url)], GateSettings.parse(table), DirectTransport(), SystemClock())


def test_a_gate_waits_through_a_start_that_is_refused_reset_and_unsteady(flaky):
    script = iter(["reset", 503, 200, 200, 500, 200, 200, 200])
    flaky.behaviour = lambda seconds, path: next(script)
    timer = threading.Timer(0.6, flaky.listen)
    timer.start()
    result = gate(flaky).require()
    timer.join()
    assert flaky.requests == 8
    assert result.attempts > 8
    assert result.seconds >= 1.3


def test_a_gate_ends_at_its_deadline_even_when_answers_hang(flaky):
    flaky.behaviour = lambda seconds, path: "hang"
    flaky.listen()
    result = gate(flaky, deadline_seconds=1.2, timeout_seconds=5)
    assert not result.reached
    assert 1.1 <= result.seconds < 5
    assert result.last["site"].found == "timeout"


def watch(flaky: Flaky, **settings: object):
    table = {"seconds": 3, "interval_seconds": 0.1, "timeout_seconds": 1, "max_failed_percent": 100, **settings}
    return watch_edge(flaky.url, WatchSettings.parse(table), DirectTransport(), SystemClock())


def test_every_probe_is_a_new_connection_on_a_path_in_turn(flaky):
    paths = []
    flaky.behaviour = lambda seconds, path: paths.append(path) or 200
    flaky.listen()
    result = watch(flaky, seconds=1, paths=["/a", "/b"])
    assert (result.sent, result.failed, result.longest_gap_seconds) == (10, 0, 0.0)
    assert flaky.connections == flaky.requests == 10
    assert (paths.count("/a"), paths.count("/b")) == (5, 5)


def test_answers_that_hang_do_not_hide_what_happens_meanwhile(flaky):
    flaky.behaviour = lambda seconds, path: "hang" if path == "/slow" else 200
    flaky.listen()
    result = watch(flaky, seconds=2, paths=["/slow", "/a", "/b", "/c"])
    assert result.sent == 20
    assert result.statuses == {"timeout": 5, "200": 15}


def test_an_outage_is_measured(flaky):
    flaky.listen()

    def outage() -> None:
        time.sleep(1)
        flaky.stop()
        time.sleep(0.8)
        flaky.listen()

    thread = threading.Thread(target=outage)
    thread.start()
    result = watch(flaky)
    thread.join()
    assert result.sent == 30
    assert 5 <= result.failed < 30
    assert result.longest_gap_seconds >= 0.6
    assert result.statuses["200"] == 30 - result.failed


def test_a_site_that_stays_away_is_given_up_early(flaky):
    result = watch(flaky, seconds=30, max_failed_percent=1.0)
    assert result.reason == "failures"
    assert result.seconds < 15
