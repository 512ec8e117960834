# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that answers by script: commands, HTTP, disks, memory, database."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ansible_collections.benevoclic.updates.plugins.module_utils._checks.machine import FileSystem, Memory
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import CommandFailed, TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed, failure_of

GIB = 1 << 30


class Clock:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return datetime(2026, 11, 22, tzinfo=timezone.utc)

    def monotonic(self):
        return self.time

    boottime = monotonic

    def sleep(self, seconds):
        self.time += seconds


class Commands:
    """Rules tried in order: (words that must be in the argv, stdout | (status, stderr) | exception | function)."""

    def __init__(self, *rules):
        self.rules = list(rules)
        self.ran = []

    def run(self, argv, *, timeout=60.0, stdin=None, cwd=None, env=None, check=True):
        self.ran.append(list(argv))
        for words, given in self.rules:
            if all(word in argv for word in words):
                return self._answer(argv, given(argv) if callable(given) else given, check)
        raise AssertionError(f"unexpected command {argv}")

    @staticmethod
    def _answer(argv, given, check):
        if isinstance(given, Exception):
            raise given
        done = Completed(tuple(argv), *((0, given, "") if isinstance(given, str) else (given[0], "", given[1])))
        if check and done.status:
            raise failure_of(done)
        return done

    def with_words(self, *words):
        return [argv for argv in self.ran if all(word in argv for word in words)]


class Answers:
    """HTTP: ``{url: status}``; what is not there refuses the connection."""

    def __init__(self, statuses):
        self.statuses = statuses

    def request(self, method, url, *, timeout=5.0, headers=None, body=None):
        if url not in self.statuses:
            raise TransportFailed("http.no_answer", url=url, found="Connection refused")
        return Response(self.statuses[url])


class Machine:
    def __init__(self, systems=None, memory=None):
        self.systems = systems or {}
        self._memory = memory or Memory(8 * GIB, 4 * GIB)

    def file_system(self, path):
        return self.systems.get(path, FileSystem(1, 50 * GIB, 50 * GIB, 1000, 900))

    def memory(self):
        return self._memory


class Database:
    def __init__(self, data=GIB, error=None):
        self.data, self.error, self.asked = data, error, []

    def prove_privileges(self, *, migrates):
        self.asked.append(migrates)
        if self.error:
            raise self.error
        return ["find", "dbStats"]

    def data_bytes(self):
        return self.data


def image(identity="sha256:new", digests=("127.0.0.1:5055/benevoclic/api@sha256:d",)):
    return json.dumps([{"Id": identity, "RepoTags": [], "RepoDigests": list(digests), "Size": 1, "Config": {}}])


ABSENT = (1, "Error: No such image: x")
NO_ENGINE = CommandFailed("command.failed", command="docker info", status=1, output="Cannot connect to the daemon")
