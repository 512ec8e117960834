# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, LockHeld, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.lock import boot_id, describe, hold, read_owner

OWNER = {
    "run_id": "20261122T071500Z-feature-1.1.0",
    "owner": "marie@poste",
    "host": "vps1",
    "since": "2026-11-22T07:15:00.000Z",
    "flow": "feature_update",
    "reason": None,
    "version": "1.1.0",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_the_owner_is_written_with_a_heartbeat_and_cleared(path):
    clock = FakeClock()
    with hold(path, clock, 0.0) as lock:
        lock.write_owner({**OWNER, "reason": "x" * 500})
        lock.write_owner(OWNER)
        assert read_owner(path) == {**OWNER, "boot_id": boot_id(), "heartbeat_boottime": 5000.0}
        lock.write_owner(None)
        assert read_owner(path) is None
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{", b"null", b"[]", b"{}", b'"text"', b"\xff\xfe\x00", b'{"run_id": 5}', b'{"run_id": "../../etc"}']
    + [json.dumps(OWNER).encode() + b'\ntail of a longer one"}'],
)
def test_what_a_crash_left_of_the_content_counts_as_no_owner(path, content):
    path.write_bytes(content)
    assert read_owner(path) is None


def test_a_lock_that_cannot_be_read_is_not_taken_for_free(path):
    assert read_owner(path) is None
    path.mkdir()
    with pytest.raises(Failed, match="file.unreadable"):
        read_owner(path)


def test_a_missing_folder_is_refused_with_the_path(tmp_path):
    with pytest.raises(Refused) as caught, hold(tmp_path / "absent" / "lock", FakeClock(), 0.0):
        pass
    assert (caught.value.text_id, caught.value.details["path"]) == ("state.unusable", str(tmp_path / "absent" / "lock"))


def test_a_second_holder_waits_until_its_deadline_and_is_told_all_about_the_first(path):
    clock = FakeClock()
    with hold(path, clock, 0.0) as lock:
        lock.write_owner(OWNER)
        clock.seconds += 42
        with pytest.raises(LockHeld) as caught, hold(path, clock, 3.0):
            pass
    assert 3.0 <= sum(clock.slept) <= 3.4
    assert caught.value.text_id == "lock.busy"
    assert caught.value.details == {
        "run_id": OWNER["run_id"],
        "owner": "marie@poste",
        "host": "vps1",
        "since": OWNER["since"],
        "reason": "feature_update",
        "version": "1.1.0",
        "silent_seconds": 45,
    }
    with hold(path, clock, 0.0):
        pass


def test_silence_is_only_told_within_one_boot():
    beat = {"heartbeat_boottime": 4990.0}
    assert describe({**OWNER, **beat, "boot_id": boot_id()}, FakeClock())["silent_seconds"] == 10
    assert describe({**OWNER, **beat, "boot_id": "another"}, FakeClock())["silent_seconds"] == "?"
    assert set(describe(None, FakeClock()).values()) == {"?"}


def test_a_command_left_behind_keeps_a_successor_waiting(path):
    """The process that held the lock is gone; a grandchild that inherited the descriptor is not."""
    clock = SystemClock()
    reading, writing = os.pipe()
    try:
        with hold(path, clock, 0.0) as lock:
            lock.write_owner(OWNER)
            child = subprocess.Popen(
                [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=reading, pass_fds=[lock.descriptor]
            )
        with pytest.raises(LockHeld) as caught, hold(path, clock, 0.3):
            pass
        assert caught.value.details["run_id"] == OWNER["run_id"]
    finally:
        os.close(writing)
        os.close(reading)
        child.wait(10)
    with hold(path, clock, 5.0):
        pass


def test_the_real_runner_hands_the_descriptor_to_its_commands(path):
    with hold(path, SystemClock(), 0.0) as lock:
        runner = SubprocessRunner(inherit=(lock.descriptor,))
        source = f"import os; print(os.readlink('/proc/self/fd/{lock.descriptor}'))"
        assert runner.run([sys.executable, "-c", source]).stdout.strip() == str(path)
