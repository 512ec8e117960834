# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the writer of archives writes the reader reads, byte by byte, and nothing that is wrong passes."""

from __future__ import annotations

import datetime
import gzip
import uuid
from pathlib import Path

import bson
import made_sets
import pytest
from bson.datetime_ms import DatetimeMS
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import archive_format, archive_writer, compare
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.archive import Namespace, open_archive
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.indexes import wanted_indexes

KEYS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**63), 2**63 - 1).map(bson.Int64),
    st.floats(),
    TEXTS,
    st.binary(max_size=12),
    st.builds(bson.Binary, st.binary(max_size=12), st.sampled_from([1, 5, 6, 128])),
    st.uuids().map(bson.Binary.from_uuid),
    st.binary(min_size=12, max_size=12).map(bson.ObjectId),
    st.integers(-(2**63), 2**63 - 1).map(DatetimeMS),
    st.datetimes(timezones=st.just(datetime.timezone.utc)),
    st.binary(min_size=16, max_size=16).map(bson.Decimal128.from_bid),
    st.sampled_from([bson.Decimal128(text) for text in ("NaN", "-NaN", "sNaN", "Infinity", "-0", "1.10", "1E-6176")]),
    st.builds(bson.Timestamp, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
    st.builds(bson.Regex, KEYS, st.sampled_from(["", "i", "msx"])),
    st.builds(bson.Code, TEXTS),
    st.builds(bson.Code, TEXTS, st.dictionaries(KEYS, st.integers(0, 9), max_size=2)),
    st.builds(bson.DBRef, KEYS, st.integers(0, 9)),
    st.sampled_from([bson.MinKey(), bson.MaxKey()]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5).map(bson.encode)


def element(value: int) -> bytes:
    """A field ``a`` that holds an int."""
    return b"\x10a\0" + value.to_bytes(4, "little")


TWICE = st.lists(st.integers(0, 9), min_size=2, max_size=4).map(
    lambda values: (5 + 7 * len(values)).to_bytes(4, "little") + b"".join(map(element, values)) + b"\0"
)
"""Documents that have the same field several times."""


def read(path: Path) -> dict[str, list[bytes]]:
    with open_archive(path) as archive:
        found: dict[str, list[bytes]] = {item.collection: [] for item in archive.namespaces}
        for chunk in archive.chunks():
            documents = list(compare.split(chunk.data))
            assert len(documents) == chunk.documents
            found[chunk.collection] += documents
    return found


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(KEYS.filter(bool), st.lists(DOCUMENTS | TWICE, max_size=12), max_size=4), st.integers(1, 5))
def test_any_documents_come_back_byte_by_byte(
    tmp_path_factory: pytest.TempPathFactory, documents: dict[str, list[bytes]], batch: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{uuid.uuid4()}.gz"
    try:
        facts = made_sets.write_archive(path, documents, batch)
        assert facts["bytes"] == path.stat().st_size
        assert read(path) == documents
    finally:
        path.unlink(missing_ok=True)


def test_documents_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    documents = [bson.encode({"_id": size, "data": bytes(size)}) for size in (1, 3 << 20, 2, 16_777_000, 3, 1 << 20)]
    made_sets.write_archive(tmp_path / "archive", {"wide": documents}, batch=6)
    assert read(tmp_path / "archive") == {"wide": documents}


def test_the_standard_library_compresses_and_reads_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_sets.write_archive(tmp_path / "fast", made_sets.SOME)
    for module in ("isal", "isal.igzip", "fastcrc"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    assert not archive_format.fast()
    made_sets.write_archive(tmp_path / "slow", made_sets.SOME)
    assert read(tmp_path / "slow") == read(tmp_path / "fast") == made_sets.SOME


def test_the_checksum_is_crc_64_xz() -> None:
    assert archive_format.crc64(b"123456789") == archive_format._crc64(b"123456789", 0) == 0x995DC9BBDF1939FA
    assert archive_format.crc64(b"6789", archive_format.crc64(b"12345")) == 0x995DC9BBDF1939FA


def fault(path: Path) -> str:
    """The error of reading ``path``; empty when it is read."""
    try:
        read(path)
    except Failed as error:
        return error.text_id
    return ""


def test_every_truncation_is_found(tmp_path: Path) -> None:
    """At each byte of the content, thus also where a document, a segment or a namespace ends."""
    whole = b"".join(made_sets.pieces({"a": made_sets.SOME["places"], "b": made_sets.SOME["places"][:2]}, batch=2))
    for end in range(len(whole)):
        (tmp_path / "cut").write_bytes(gzip.compress(whole[:end], 1))
        assert fault(tmp_path / "cut").startswith("archive."), end
    (tmp_path / "cut").write_bytes(gzip.compress(whole, 1))
    assert fault(tmp_path / "cut") == ""


def test_every_cut_of_the_compressed_file_is_found(tmp_path: Path) -> None:
    made_sets.write_archive(tmp_path / "archive", {"a": made_sets.SOME["people"]})
    whole = (tmp_path / "archive").read_bytes()
    for end in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:end])
        assert fault(tmp_path / "cut").startswith("archive."), end


def test_every_flipped_bit_of_a_document_is_found(tmp_path: Path) -> None:
    """Also without the sums of gzip and manifest: an archive has its own."""
    documents = made_sets.SOME["places"][:2]
    head, body, end = made_sets.pieces({"a": documents})
    first = body.index(documents[0])
    for position in range(first, first + sum(map(len, documents))):
        for bit in range(8):
            flipped = bytearray(body)
            flipped[position] ^= 1 << bit
            (tmp_path / "flipped").write_bytes(gzip.compress(head + bytes(flipped) + end, 1))
            assert fault(tmp_path / "flipped").startswith("archive."), (position, bit)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda head, body, end: [b"\0" + head[1:], body, end], "archive.foreign"),
        (lambda head, body, end: [head.replace(b"0.1\0", b"0.9\0"), body, end], "archive.foreign"),
        (lambda head, body, end: [head, end], "archive.checksum"),
        (lambda head, body, end: [head, body, body, end], "archive.checksum"),
        (lambda head, body, end: [head, body, end, body], "archive.order"),
        (lambda head, body, end: [head, body], "archive.incomplete"),
        (lambda head, body, end: [head, body.replace(b"\x02\0\0\0a\0", b"\x02\0\0\0b\0", 1), end], "archive.order"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change, expected: str) -> None:
    made = change(*made_sets.pieces({"a": made_sets.SOME["places"]}))
    (tmp_path / "wrong").write_bytes(gzip.compress(b"".join(made), 1))
    assert fault(tmp_path / "wrong") == expected


def test_a_reader_that_fails_ends_the_writer() -> None:
    pool = archive_writer.Pieces(bytes, 2)
    pool.put(b"first")
    pool.fail(RuntimeError("the server is gone"))
    with pytest.raises(RuntimeError, match="gone"):
        pool.drain(lambda _piece: None)
    with pytest.raises(RuntimeError, match="gone"):
        pool.put(b"second")


def test_a_writer_that_fails_ends_the_readers() -> None:
    pool = archive_writer.Pieces(bytes, 2)
    pool.put(b"first")

    def full(_piece: bytes) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        pool.drain(full)
    with pytest.raises(OSError, match="no space"):
        pool.put(bytes(archive_writer.WAITING_BYTES))


def test_pieces_stay_in_order() -> None:
    pool, written = archive_writer.Pieces(lambda piece: piece * 2, 4), []
    for number in range(200):
        pool.put(b"%d," % number)
    pool.finish()
    pool.drain(written.append)
    assert written == [b"%d,%d," % (number, number) for number in range(200)]


def test_indexes_that_a_collection_has_of_itself_are_not_built() -> None:
    indexes = [made_sets.ID, {"name": "c", "key": {"_id": 1}, "clustered": True}, {"name": "a_1", "ns": "x", "v": 2}]
    plain = Namespace("db", "c", "collection", {"indexes": indexes})
    assert wanted_indexes(plain) == [{"name": "a_1", "v": 2}]
    collated = Namespace("db", "c", "collection", {"indexes": indexes, "options": {"collation": {"locale": "fr"}}})
    assert wanted_indexes(collated) == [{"name": "a_1", "v": 2, "collation": {"locale": "simple"}}]
