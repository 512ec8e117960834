# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.journal import GENESIS, Chain, read_chain


@pytest.fixture
def path(tmp_path):
    chain = Chain(tmp_path / "journal.jsonl", FakeClock())
    for number in range(1, 6):
        chain.append("check", {"n": number, "text": "é\u2028\n\x85"})
    return tmp_path / "journal.jsonl"


def test_records_come_back_in_order_each_with_the_hash_of_the_one_before(path):
    records = read_chain(path)
    assert [record["seq"] for record in records] == [1, 2, 3, 4, 5]
    assert [record["previous"] for record in records] == [GENESIS, *(record["hash"] for record in records[:-1])]
    assert records[0]["data"] == {"n": 1, "text": "é\u2028\n\x85"}
    assert Chain(path, FakeClock()).head == records[-1]["hash"]
    assert path.stat().st_mode & 0o777 == 0o640


def edited(lines):
    lines[1] = lines[1].replace('"n": 2', '"n": 7')
    return lines


def forged(lines):
    record = json.loads(lines[1])
    record["hash"] = "0" * 64
    lines[1] = json.dumps(record)
    return lines


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (edited, 2),
        (forged, 2),
        (lambda lines: lines[:2] + lines[3:], 3),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], 3),
        (lambda lines: [*lines[:2], "junk", *lines[3:]], 3),
        (lambda lines: [*lines[:2], "[1]", *lines[3:]], 3),
        (lambda lines: [*lines[:2], "", *lines[2:]], 3),
    ],
    ids=["edited", "forged", "removed", "first removed", "moved", "doubled", "no json", "no record", "empty line"],
)
def test_the_first_line_that_does_not_follow_is_named(path, damage, line):
    path.write_text("\n".join(damage(path.read_text().split("\n"))))
    with pytest.raises(Failed) as caught:
        read_chain(path)
    assert (caught.value.text_id, caught.value.details) == ("journal.broken", {"path": str(path), "line": line})


@pytest.mark.parametrize("tail", [b"{", b'{"seq": 6, "at"', b"\xff" * 9000])
def test_a_torn_last_line_never_counted_and_is_cut_off_by_the_next(path, tail):
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    assert len(read_chain(path)) == 5
    Chain(path, FakeClock()).append("check", {"n": 6})
    assert path.read_bytes().startswith(whole)
    assert [record["data"]["n"] for record in read_chain(path)] == [1, 2, 3, 4, 5, 6]


def test_a_torn_first_line_is_an_empty_journal(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"seq": 1')
    chain = Chain(path, FakeClock())
    assert (chain.records, chain.head) == ([], GENESIS)
    chain.append("check", {})
    assert len(read_chain(path)) == 1


def test_what_is_in_memory_is_what_a_reader_gets(tmp_path):
    chain = Chain(tmp_path / "journal.jsonl", FakeClock())
    record = chain.append("check", {"pair": (1, 2), "statuses": {9: 1, 10: 2}, "name": "\udcff"})
    assert record["data"] == {"pair": [1, 2], "statuses": {"9": 1, "10": 2}, "name": "\udcff"}
    assert read_chain(tmp_path / "journal.jsonl") == chain.records


def test_a_journal_that_cannot_be_read_or_written_is_a_clean_failure(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(Failed, match="file.unreadable"):
        Chain(tmp_path / "folder", FakeClock())
    with pytest.raises(Failed, match="file.unwritable"):
        Chain(tmp_path / "absent" / "journal.jsonl", FakeClock()).append("check", {})
