# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's own instruments: a prober that hides nothing, and ratios that say which side is better."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from measures import Measures, Sample, compare, lines
from prober import Answer, Prober, Summary, longest_gap


class Site(ThreadingHTTPServer):
    """Answers 200 unless ``status`` says otherwise."""

    daemon_threads = True
    status = 200


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def test_an_outage_is_counted_and_its_length_seen(site: Site) -> None:
    with Prober("127.0.0.1", site.server_address[1], ["/a", "/b"], rate=40) as prober:
        time.sleep(0.3)
        site.status = 502
        time.sleep(0.4)
        site.status = 200
        time.sleep(0.3)
    seen = prober.summary()
    assert 36 <= seen.sent <= 42
    assert 10 <= seen.failed <= 20
    assert 0.35 <= seen.longest_gap_seconds < 0.9


def test_requests_go_on_while_nobody_answers() -> None:
    with Prober("127.0.0.1", 1, ["/"], rate=50, timeout=0.2) as prober:
        time.sleep(0.4)
    seen = prober.summary()
    assert seen.sent == seen.failed > 10
    assert seen.longest_gap_seconds >= 0.35


def test_a_gap_reaches_from_the_first_request_to_the_last() -> None:
    def answer(due: float, good: bool) -> Answer:
        return Answer("/", due, due + 0.1, good)

    assert longest_gap([answer(0, False), answer(3, True), answer(4, True)]) == pytest.approx(3.1)
    assert longest_gap([answer(0, True), answer(1, True), answer(9, False)]) == pytest.approx(8.0)
    assert longest_gap([]) == 0.0


def test_ratio_is_above_one_where_ours_is_better() -> None:
    mine = Sample(Measures(wall=80.0, verified=20.0, tool=10.0, processes=12), Summary(5000, 0, 0.5), again=5.0)
    theirs = Sample(Measures(wall=50.0, verified=40.0, tool=2.0, processes=None), Summary(3000, 400, 8.0), again=50.0)
    entries = {entry["name"]: entry for entry in compare([mine], [theirs], "script")}
    assert entries["update: until the new version is verified"]["ratio"] == 2.0
    assert entries["update: wall time to the end"]["ratio"] == 0.625
    assert entries["longest gap without a good answer"]["ratio"] == 16.0
    assert entries["module processes of an update"]["other"] is None
    assert entries["requests failed during the update"]["ratio"] is None
    assert any("requests failed" in line and line.endswith("none") for line in lines(list(entries.values())))
