# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users at the edge: requests on a fixed schedule, whatever becomes of the ones before (an open loop).

Independent of the collection: it shares no code with the probes that it is to judge.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True)
class Answer:
    """One request: when it was due and when it was over (seconds of the monotonic clock), whether all was well."""

    path: str
    due: float
    over: float
    good: bool


@dataclass(frozen=True)
class Summary:
    """What the users saw."""

    sent: int
    failed: int
    longest_gap_seconds: float


class Prober:
    """Used as a context: sends ``rate`` requests a second from entering to leaving, each over a fresh connection."""

    def __init__(self, host: str, port: int, paths: Sequence[str], rate: float = 50.0, timeout: float = 2.0) -> None:
        self._address = (host, port)
        self._paths = tuple(paths)
        self._rate = rate
        self._timeout = timeout
        self._answers: list[Answer] = []
        self._requests: list[threading.Thread] = []
        self._stop = threading.Event()
        self._sender = threading.Thread(target=self._send_all)
        self._started = 0.0

    def __enter__(self) -> Prober:
        self._started = time.monotonic()
        self._sender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._sender.join()
        for request in self._requests:
            request.join()

    def _send_all(self) -> None:
        number = 0
        while not self._stop.wait(max(0.0, self._started + number / self._rate - time.monotonic())):
            due = self._started + number / self._rate
            request = threading.Thread(target=self._send, args=(self._paths[number % len(self._paths)], due))
            request.start()
            self._requests = [one for one in self._requests if one.is_alive()] + [request]
            number += 1

    def _send(self, path: str, due: float) -> None:
        """One GET; good is 200 with the whole body within the timeout, counted from when it was due."""
        connection = http.client.HTTPConnection(*self._address, timeout=self._timeout)
        good = False
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            response = connection.getresponse()
            response.read()
            good = response.status == 200
        except (OSError, http.client.HTTPException):
            good = False
        finally:
            connection.close()
        over = time.monotonic()
        self._answers.append(Answer(path, due, over, good and over - due <= self._timeout))

    def summary(self) -> Summary:
        """What all requests so far amount to."""
        answers = list(self._answers)
        return Summary(
            sent=len(answers),
            failed=sum(not answer.good for answer in answers),
            longest_gap_seconds=max(longest_gap([one for one in answers if one.path == path]) for path in self._paths),
        )


def longest_gap(answers: Sequence[Answer]) -> float:
    """The longest time without a good answer, from the first request being due to the last one being over."""
    if not answers:
        return 0.0
    moments = sorted(answer.over for answer in answers if answer.good)
    moments = [min(answer.due for answer in answers), *moments, max(answer.over for answer in answers)]
    return max(later - earlier for earlier, later in zip(moments, moments[1:], strict=False))
