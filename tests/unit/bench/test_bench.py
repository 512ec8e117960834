# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's own instruments: a prober that hides nothing, and ratios that say which side is better."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

import manual
import ours
from measures import Measures, Sample, compare
from prober import Answer, Prober, Summary, longest_gap
from table import lines, merged


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


def wait_for(condition: Callable[[Summary], bool], prober: Prober) -> None:
    deadline = time.monotonic() + 60
    while not condition(prober.summary()):
        assert time.monotonic() < deadline, prober.summary()
        time.sleep(0.02)


def test_an_outage_is_counted_and_its_length_seen(site: Site) -> None:
    with Prober("127.0.0.1", site.server_address[1], ["/a", "/b"], rate=40) as prober:
        wait_for(lambda seen: seen.sent > seen.failed, prober)
        site.status = 502
        wait_for(lambda seen: seen.failed >= 20, prober)
        site.status = 200
        good = prober.summary().sent - prober.summary().failed
        wait_for(lambda seen: seen.sent - seen.failed > good, prober)
    seen = prober.summary()
    assert seen.sent > seen.failed >= 20
    assert seen.longest_gap_seconds >= 0.35  # 20 requests at 40 a second, or more where the machine is slow


def test_requests_go_on_while_nobody_answers() -> None:
    with Prober("127.0.0.1", 1, ["/"], rate=50, timeout=0.2) as prober:
        wait_for(lambda seen: seen.sent > 20, prober)
    seen = prober.summary()
    assert seen.sent == seen.failed > 20
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
    assert any("requests failed" in line and " none " in line for line in lines(list(entries.values())))


def test_a_part_measured_alone_leaves_the_other_entries() -> None:
    before = [{"name": "backup", "ours": 1.0}, {"name": "update", "ours": 2.0}]
    assert merged(before, [{"name": "backup", "ours": 3.0}]) == [before[1], {"name": "backup", "ours": 3.0}]


def test_tool_time_leaves_out_image_start_gates_suites_and_watch() -> None:
    journal = [
        {"kind": "stage_end", "data": {"name": "deploy", "duration_seconds": 16.8}},
        {"kind": "operation_end", "data": {"seq": 12, "result": {"version": "20240815_001", "seconds": 0.4}}},
        {"kind": "operation_end", "data": {"seq": 23, "result": {"container_id": "854b", "seconds": 5.5}}},
        {"kind": "gate", "data": {"reached": True, "seconds": 1.0}},
        {"kind": "suite", "data": {"suite": "test:regression", "seconds": 10.0}},
        {"kind": "suite", "data": {"suite": "test:database", "seconds": 8.0}},
        {"kind": "watch", "data": {"ok": True, "seconds": 30.0}},
    ]
    assert ours.waiting_seconds(journal) == pytest.approx(54.5)
    marks = {"down": 6.0, "up": 26.0, "sleep": 26.0, "slept": 56.0, "suites": 57.0, "tested": 60.0}
    assert manual.waiting_seconds(marks) == pytest.approx(53.0)


def test_version_is_verified_at_the_end_of_its_stage() -> None:
    stage = {"name": "verify", "started_at": "2026-11-23T15:48:18.195Z", "duration_seconds": 2.352}
    before = {"name": "deploy", "started_at": "2026-11-23T15:47:57.738Z", "duration_seconds": 16.797}
    deployed = datetime(2026, 11, 23, 15, 48, 18, 195000, tzinfo=timezone.utc).timestamp()
    assert ours.verified_at({"stages": [before, stage]}) == pytest.approx(deployed + 2.352)
