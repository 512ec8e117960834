# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that tests move, a transport and a runner that answer by script."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from datetime import datetime, timezone

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed, failure_of


class FakeClock:
    def __init__(self):
        self.time = 1000.0
        self.slept = []

    def now(self):
        return datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)

    def monotonic(self):
        return self.time

    def boottime(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


class FakeTransport:
    """``answer(url, number, clock)`` gives a status, (status, body) or a failure's name; it may move the clock."""

    def __init__(self, clock, answer):
        self.clock = clock
        self.answer = answer
        self.asked = []

    def request(self, method, url, *, timeout=5.0, headers=None, body=None):
        self.asked.append((self.clock.time, url, timeout))
        begun = self.clock.time
        given = self.answer(url, len(self.asked), self.clock)
        if isinstance(given, str):
            if given == "timeout":
                self.clock.time += timeout
            raise TransportFailed("http.no_answer", url=url, found=given)
        status, content = given if isinstance(given, tuple) else (given, b"")
        return Response(status, content, {}, self.clock.time - begun)


class FakeRunner:
    """Answers by the argv: ``{argv: stdout | (status, stderr)}``."""

    def __init__(self, answers):
        self.answers = answers
        self.ran = []

    def run(self, argv, *, timeout=60.0, stdin=None, cwd=None, env=None, check=True):
        self.ran.append(tuple(argv))
        given = self.answers[tuple(argv)]
        done = Completed(tuple(argv), *((0, given, "") if isinstance(given, str) else (given[0], "", given[1])))
        if check and done.status:
            raise failure_of(done)
        return done


class Inline(Executor):
    """Does the work at once, so that a fake clock stays in order."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future
